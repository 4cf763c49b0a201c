/** What is known of a connection parameter. One without `unsupported` is honoured. */
export interface KnownParameter {
  /** The variable that stands for it where it is not given. */
  readonly env?: string;
  /** The values that it may have. */
  readonly words?: readonly string[];
  /** The whole numbers that it may be, first and last. */
  readonly range?: readonly [number, number];
  /** Never shown. */
  readonly secret?: true;
  /** Why it is refused, or why other words are. */
  readonly unsupported?: string;
}

const noGssapi = "GSSAPI is not supported";
const noRevocation = "certificate revocation lists are not supported";
const noProtocolChoice = "only protocol version 3.0 is supported";
const oneMethod = "restricting the authentication method is not supported";
const kernelKeepalives =
  "only keepalives_idle can be set; for the rest the kernel's settings apply";
const switches = ["0", "1"] as const;

/**
 * The connection parameters of libpq, by name, with the variables that stand for them, and one of this
 * program (`prepare`). Whatever is not honoured is refused by name.
 */
export const knownParameters: Readonly<Record<string, KnownParameter>> = {
  host: { env: "PGHOST" },
  hostaddr: { env: "PGHOSTADDR" },
  port: { env: "PGPORT" },
  user: { env: "PGUSER" },
  password: { env: "PGPASSWORD", secret: true },
  dbname: { env: "PGDATABASE" },
  passfile: { env: "PGPASSFILE" },
  service: { env: "PGSERVICE" },
  servicefile: { env: "PGSERVICEFILE" },
  connect_timeout: { env: "PGCONNECT_TIMEOUT", range: [1, 3600] },
  options: { env: "PGOPTIONS" },
  application_name: { env: "PGAPPNAME" },
  fallback_application_name: {},
  client_encoding: {
    env: "PGCLIENTENCODING",
    words: ["auto", "UTF8", "utf8", "UTF-8", "utf-8"],
    unsupported: "text is always sent as UTF-8",
  },
  sslmode: {
    env: "PGSSLMODE",
    words: ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"],
  },
  sslnegotiation: { env: "PGSSLNEGOTIATION", words: ["postgres", "direct"] },
  sslrootcert: { env: "PGSSLROOTCERT" },
  sslcert: { env: "PGSSLCERT" },
  sslkey: { env: "PGSSLKEY" },
  sslpassword: { secret: true },
  sslcertmode: {
    env: "PGSSLCERTMODE",
    words: ["disable", "allow"],
    unsupported: "it is not known whether the server asks for a certificate",
  },
  sslsni: { env: "PGSSLSNI", words: switches },
  ssl_min_protocol_version: {
    env: "PGSSLMINPROTOCOLVERSION",
    words: ["TLSv1.2", "TLSv1.3"],
    unsupported: "older versions are not secure",
  },
  ssl_max_protocol_version: {
    env: "PGSSLMAXPROTOCOLVERSION",
    words: ["TLSv1.2", "TLSv1.3"],
    unsupported: "older versions are not secure",
  },
  sslcompression: {
    env: "PGSSLCOMPRESSION",
    words: ["0"],
    unsupported: "TLS compression is not supported",
  },
  requiressl: { env: "PGREQUIRESSL", unsupported: "write sslmode=require" },
  sslcrl: { env: "PGSSLCRL", unsupported: noRevocation },
  sslcrldir: { env: "PGSSLCRLDIR", unsupported: noRevocation },
  sslkeylogfile: { unsupported: "session keys are not logged" },
  keepalives: { words: switches },
  keepalives_idle: { range: [1, 32_767] },
  keepalives_interval: { words: ["0"], unsupported: kernelKeepalives },
  keepalives_count: { words: ["0"], unsupported: kernelKeepalives },
  tcp_user_timeout: { words: ["0"], unsupported: "the kernel's own limit applies" },
  target_session_attrs: {
    env: "PGTARGETSESSIONATTRS",
    words: ["any", "read-write", "read-only", "primary", "standby", "prefer-standby"],
  },
  load_balance_hosts: { env: "PGLOADBALANCEHOSTS", words: ["disable", "random"] },
  channel_binding: {
    env: "PGCHANNELBINDING",
    words: ["disable", "prefer"],
    unsupported:
      "channel binding is not supported; sslmode=verify-full rules out a man in the middle",
  },
  gssencmode: { env: "PGGSSENCMODE", words: ["disable", "prefer"], unsupported: noGssapi },
  krbsrvname: { env: "PGKRBSRVNAME", unsupported: noGssapi },
  gsslib: { env: "PGGSSLIB", unsupported: noGssapi },
  gssdelegation: { env: "PGGSSDELEGATION", words: ["0"], unsupported: noGssapi },
  require_auth: { env: "PGREQUIREAUTH", unsupported: oneMethod },
  requirepeer: { env: "PGREQUIREPEER", unsupported: "the owner of a socket is not checked" },
  scram_client_key: { secret: true, unsupported: oneMethod },
  scram_server_key: { secret: true, unsupported: oneMethod },
  oauth_issuer: { unsupported: oneMethod },
  oauth_client_id: { unsupported: oneMethod },
  oauth_client_secret: { secret: true, unsupported: oneMethod },
  oauth_scope: { unsupported: oneMethod },
  replication: {
    words: ["0", "false", "off", "no"],
    unsupported: "replication connections are not supported",
  },
  min_protocol_version: {
    env: "PGMINPROTOCOLVERSION",
    words: ["3.0"],
    unsupported: noProtocolChoice,
  },
  max_protocol_version: {
    env: "PGMAXPROTOCOLVERSION",
    words: ["3.0", "latest"],
    unsupported: noProtocolChoice,
  },
  prepare: {
    words: ["false"],
    unsupported: "statements are never prepared, so that poolers work",
  },
};

/** Settings of the session that have a variable in libpq and no parameter: by variable. */
export const sessionVariables: Readonly<Record<string, string>> = {
  PGDATESTYLE: "DateStyle",
  PGTZ: "TimeZone",
  PGGEQO: "geqo",
};

/** Every variable that says how to connect. */
export const libpqVariables: readonly string[] = [
  ...Object.values(knownParameters).flatMap(({ env }) => (env ? [env] : [])),
  ...Object.keys(sessionVariables),
  // Where the file of services is, without being a parameter itself.
  "PGSYSCONFDIR",
];
