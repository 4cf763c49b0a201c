/** A database as people give it, and what comes of it; `{NAME}` stands for what `Servers` says. */
export interface Case {
  /** `--database`. */
  url?: string;
  env?: Record<string, string>;
  /** How it connects, or why it does not: the beginning of what `outcome` tells. */
  gives: string | RegExp;
  /** A look into the session, and what is seen there. */
  sees?: readonly [query: string, value: string];
}

const kci = "kci:{PW}";
const root = "sslrootcert={CERTS}/ca.crt";
const otherRoot = "sslrootcert={CERTS}/other.crt";
const login = { PGUSER: "kci", PGPASSWORD: "{PW}" };
const django = (parts: object) => ({ DB_DEFAULT: JSON.stringify(parts) });
const atTls = {
  NAME: "postgres",
  USER: "kci",
  PASSWORD: "{PW}",
  HOST: "127.0.0.1",
  PORT: "{TLSPORT}",
};

/** What `sslmode` means, before servers with TLS, without, and that ask for it or its absence. */
const tls: Case[] = [
  { url: `postgres://${kci}@{TLS}/postgres`, gives: "TLS kci@postgres" },
  { url: `postgres://${kci}@{PLAIN}/postgres`, gives: "plain kci@postgres" },
  { url: `postgres://${kci}@{TLS}/postgres?sslmode=disable`, gives: "plain" },
  { url: `postgres://${kci}@{TLS}/postgres?sslmode=allow`, gives: "plain" },
  { url: `postgres://${kci}@{TLS}/postgres?sslmode=prefer`, gives: "TLS" },
  { url: `postgres://${kci}@{TLS}/postgres?sslmode=require`, gives: "TLS" },
  { url: `postgres://${kci}@{TLS}/postgres?ssl=true`, gives: "TLS" },
  { url: `postgres://${kci}@{TLS}/postgres`, env: { PGSSLMODE: "disable" }, gives: "plain" },
  {
    url: `postgres://${kci}@{TLS}/postgres?sslmode=require`,
    env: { PGSSLMODE: "disable" },
    gives: "TLS",
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?sslmode=require`,
    gives: "operator: cannot connect to the database: the server has no TLS\nset ssl = on",
  },
  { url: "postgres://secure:{PW}@{TLS}/postgres", gives: "TLS secure@postgres" },
  { url: "postgres://secure:{PW}@{TLS}/postgres?sslmode=allow", gives: "TLS secure@postgres" },
  {
    url: "postgres://secure:{PW}@{TLS}/postgres?sslmode=disable",
    gives:
      /^operator: .*no pg_hba.conf entry .*no encryption\nthe server may ask for TLS: give sslmode=require/,
  },
  { url: "postgres://open:{PW}@{TLS}/postgres", gives: "plain open@postgres" },
  {
    url: "postgres://open:{PW}@{TLS}/postgres?sslmode=require",
    gives: /^operator: .*no pg_hba.conf entry .*SSL encryption/,
  },
  {
    url: "postgres://secure:wrong@{TLS}/postgres",
    gives: /^operator: .*password authentication failed for user "secure"\ncheck user and password/,
  },
  { url: `postgres://${kci}@{TLS}/postgres?sslmode=verify-ca&${root}`, gives: "TLS" },
  {
    url: `postgres://${kci}@localhost:{TLSPORT}/postgres?sslmode=verify-full&${root}`,
    gives: "TLS",
  },
  {
    url: `postgres://${kci}@localhost/postgres?hostaddr=127.0.0.1&port={TLSPORT}&sslmode=verify-full&${root}`,
    gives: "TLS",
  },
  {
    url: `postgres://${kci}@localhost:{TLSPORT}/postgres?sslmode=verify-full&sslsni=0&${root}`,
    gives: "TLS",
  },
  {
    url: `postgres://${kci}@{TLS}/postgres?sslmode=verify-full&${root}`,
    gives:
      /^operator: .*certificate is for another name: .*127\.0\.0\.1.*\nname the host as the certificate does/,
  },
  {
    url: `postgres://${kci}@{TLS}/postgres?sslmode=verify-ca&${otherRoot}`,
    gives:
      /^operator: .*certificate does not verify: .*\nis it valid now, and signed by .*other\.crt/,
  },
  {
    // A root certificate that is named is looked at, whatever the mode.
    url: `postgres://${kci}@{TLS}/postgres?sslmode=require&${otherRoot}`,
    gives: /^operator: .*certificate does not verify/,
  },
  { url: `postgres://${kci}@{TLS}/postgres?sslmode=require&${root}`, gives: "TLS" },
  { url: `postgres://${kci}@{TLS}/postgres?${otherRoot}`, gives: "plain" },
  {
    // What is asked for by name is not given up for a plain connection.
    url: `postgres://${kci}@{TLS}/postgres?sslrootcert={CERTS}/nothing.crt`,
    gives: "operator: --database: sslrootcert: cannot read",
  },
  {
    url: `postgres://${kci}@{TLS}/postgres`,
    env: { PGSSLMODE: "verify-ca", PGSSLROOTCERT: "{CERTS}/ca.crt" },
    gives: "TLS",
  },
  {
    url: `postgres://${kci}@{TLS}/postgres?sslmode=verify-ca`,
    env: { PGSSLROOTCERT: "{CERTS}/nothing.crt" },
    gives: /^operator: .*sslrootcert: cannot read .*nothing\.crt: ENOENT/,
  },
  {
    url: `postgres://${kci}@{TLS}/postgres?sslmode=verify-full`,
    gives:
      "operator: sslmode=verify-full: expected a root certificate, and there is no ~/.postgresql/root.crt",
  },
  {
    url: `postgres://${kci}@localhost:{TLSPORT}/postgres?sslrootcert=system`,
    gives: /^operator: .*certificate does not verify/,
  },
  {
    url: `postgres://${kci}@{TLS}/postgres?sslrootcert=system&sslmode=require`,
    gives: "exit 2: --database: sslmode: expected verify-full, which sslrootcert=system goes with",
  },
  {
    url: `postgres://${kci}@{TLS}/postgres?sslmode=on`,
    gives:
      'exit 2: --database: sslmode: expected disable, allow, prefer, require, verify-ca, verify-full, got "on"',
  },
  {
    url: `postgres://${kci}@{TLS}/postgres`,
    env: { PGSSLMODE: "yes" },
    gives: "exit 78: PGSSLMODE: expected disable, allow",
  },
  {
    url: "postgres://certuser@{TLS}/postgres?sslcert={CERTS}/client.crt&sslkey={CERTS}/client.key",
    gives: "TLS certuser@postgres",
  },
  {
    url: "postgres://certuser@{TLS}/postgres",
    env: { PGSSLCERT: "{CERTS}/client.crt", PGSSLKEY: "{CERTS}/client.key" },
    gives: "TLS certuser@postgres",
  },
  {
    url: "postgres://certuser@{TLS}/postgres?sslmode=require&sslcert={CERTS}/client.crt&sslkey={CERTS}/locked.key&sslpassword=geheim",
    gives: "TLS certuser@postgres",
  },
  {
    url: "postgres://certuser@{TLS}/postgres?sslmode=require&sslcert={CERTS}/client.crt&sslkey={CERTS}/other.key",
    gives: /^operator: .*(?:others may read|KEY_VALUES_MISMATCH)/,
  },
  { url: "postgres://certuser@{TLS}/postgres?sslmode=require", gives: /^operator: .*certificate/ },
  {
    url: `postgres://${kci}@{TLS}/postgres?sslmode=require&sslnegotiation=direct`,
    gives: "TLS",
  },
  {
    url: `postgres://${kci}@{TLS}/postgres?sslnegotiation=direct`,
    gives: "exit 2: --database: sslnegotiation: direct expects sslmode=require",
  },
  { url: `postgres://${kci}@{TLS}/postgres?ssl_min_protocol_version=TLSv1.3`, gives: "TLS" },
  {
    url: `postgres://${kci}@{TLS}/postgres?ssl_min_protocol_version=TLSv1`,
    gives: 'exit 2: --database: ssl_min_protocol_version: expected TLSv1.2 or TLSv1.3, got "TLSv1"',
  },
];

/** Where the server is, and who asks. */
const places: Case[] = [
  { url: "postgres://kci@/postgres?host={SOCKETS}&port={TLSPORT}", gives: "socket kci@postgres" },
  { url: "postgres://kci@{SOCKETS_ENCODED}:{TLSPORT}/postgres", gives: "socket kci@postgres" },
  {
    url: "postgres://kci@{SOCKETS_ENCODED}:{TLSPORT}/postgres?sslmode=verify-full",
    gives: "socket kci@postgres",
  },
  {
    url: "postgres:",
    env: { PGHOST: "{SOCKETS}", PGPORT: "{TLSPORT}", PGUSER: "kci", PGDATABASE: "postgres" },
    gives: "socket kci@postgres",
  },
  { url: "postgres://kci@/postgres?host=/nowhere", gives: /^transient: .*ENOENT/ },
  { url: `postgres://${kci}@[::1]:{TLSPORT}/postgres`, gives: "TLS kci@postgres" },
  { url: `postgres://${kci}@nowhere/postgres?host=127.0.0.1&port={TLSPORT}`, gives: "TLS" },
  { url: "postgres://{PLAIN}?user=kci&password={PW}&dbname=postgres", gives: "plain kci@postgres" },
  {
    url: "postgresql:///postgres",
    env: { ...login, PGHOST: "127.0.0.1", PGPORT: "{PLAINPORT}" },
    gives: "plain kci@postgres",
  },
  {
    url: "postgres:",
    env: { ...login, PGHOSTADDR: "127.0.0.1", PGPORT: "{PLAINPORT}", PGDATABASE: "kci 100%" },
    gives: "plain kci@kci 100%",
  },
  { url: `postgres://${kci}@{PLAIN}/kci%20100%25`, gives: "plain kci@kci 100%" },
  { url: "postgres://team%2Fbot:{PW}@{PLAIN}/postgres", gives: "plain team/bot@postgres" },
  { url: "postgres://peculiar:p%40%2F%3F%23:%20%25@{PLAIN}/postgres", gives: "plain peculiar" },
  { url: `postgres://${kci}@127.0.0.1:1,{PLAIN}/postgres`, gives: "plain kci@postgres" },
  {
    url: `postgres://${kci}@/postgres?host=127.0.0.1,127.0.0.1&port=1,{TLSPORT}&load_balance_hosts=random`,
    gives: "TLS kci@postgres",
  },
  { url: `postgres://${kci}@127.0.0.1:1/postgres`, gives: /^transient: .*ECONNREFUSED/ },
  {
    url: `postgres://${kci}@{PLAIN}/nothing`,
    gives: /^operator: .*database "nothing" does not exist/,
  },
  { url: `postgres://${kci}@{PLAIN}/postgres?target_session_attrs=read-write`, gives: "plain" },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?target_session_attrs=standby`,
    gives: /^transient: 127.0.0.1:\d+ is not standby/,
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?target_session_attrs=prefer-standby`,
    gives: "plain",
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres`,
    env: { PGTARGETSESSIONATTRS: "any" },
    gives: "plain",
  },
  {
    url: `postgres://${kci}@::1/postgres`,
    gives: "exit 2: --database: expected a URL as in postgres://user@host:5432/name",
  },
  {
    url: "postgres://kci:geheim/postgres",
    gives:
      "exit 2: --database: expected a URL as in postgres://user@host:5432/name\na port is a whole number",
  },
  {
    url: "postgres://team/bot:geheim@127.0.0.1/postgres",
    gives:
      "exit 2: --database: expected user and password percent-encoded, as in postgres://USER:PASSWORD@HOST:5432/NAME\nwrite @ as %40, / as %2F",
  },
  ...["a@geheim/x@h", "u:ge@heim@h/d", "u:12?geheim@h/d", "u:ge#heim@h/d", "u?geheim@h/d"].map(
    (rest): Case => ({
      url: `postgres://${rest}`,
      gives: "exit 2: --database: expected user and password percent-encoded",
    }),
  ),
  {
    url: `postgres://${kci}@a,b/postgres?port=1,2,3`,
    gives: "exit 2: --database: port: expected 2 of them",
  },
  {
    url: `postgres://${kci}@h/postgres?port=99999`,
    gives: 'exit 2: --database: port: expected a whole number from 1 to 65535, got "99999"',
  },
  {
    url: `postgres://${kci}@h/postgres?host=@abstract`,
    gives: "exit 2: --database: host: expected the name or address of a host",
  },
];

/** Passwords and settings that lie in files. */
const files: Case[] = [
  {
    url: "postgres://kci@{PLAIN}/postgres?passfile={CERTS}/pgpass",
    gives: "plain kci@postgres",
  },
  {
    url: "postgres://kci@{PLAIN}/postgres",
    env: { PGPASSFILE: "{CERTS}/pgpass" },
    gives: "plain kci@postgres",
  },
  {
    url: "postgres://secure@{PLAIN}/postgres?passfile={CERTS}/pgpass",
    gives: /^operator: .*password authentication failed/,
  },
  {
    url: "postgres://kci@{PLAIN}/postgres",
    env: { PGPASSFILE: "{CERTS}/pgpass-of-all" },
    gives: /^operator: .*passfile: others may read .*pgpass-of-all\nchmod 600/,
  },
  {
    url: "postgres://kci@{PLAIN}/postgres?passfile={CERTS}/nothing",
    gives: /^operator: .*passfile: cannot read .*nothing: ENOENT/,
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?passfile=/dev/null`,
    gives: "plain kci@postgres",
  },
  {
    url: "postgres://?service=lab&servicefile={CERTS}/services",
    gives: "TLS kci@postgres",
    sees: ["show application_name", "of the lab"],
  },
  {
    url: "postgres://?application_name=own",
    env: { PGSERVICE: "lab", PGSERVICEFILE: "{CERTS}/services", PGUSER: "nobody" },
    gives: "TLS kci@postgres",
    sees: ["show application_name", "own"],
  },
  {
    url: "postgres://?service=none",
    env: { PGSERVICEFILE: "{CERTS}/services" },
    gives: /^exit 2: --database: service: expected a service of .*services or .*, got "none"/,
  },
  {
    url: "postgres:",
    env: { PGSERVICE: "broken", PGSERVICEFILE: "{CERTS}/services" },
    gives: /^exit 78: .*services:\d+: unknown parameter sslmod\ndid you mean sslmode\?/,
  },
];

/** What the session is told, and what cannot be honoured. */
const sessions: Case[] = [
  {
    url: `postgres://${kci}@{PLAIN}/postgres`,
    gives: "plain",
    sees: ["show application_name", "kci-ingester"],
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?application_name=lab%201`,
    gives: "plain",
    sees: ["show application_name", "lab 1"],
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres`,
    env: { PGAPPNAME: "by variable" },
    gives: "plain",
    sees: ["show application_name", "by variable"],
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?options=-c%20search_path%3Dlab`,
    gives: "plain",
    sees: ["show search_path", "lab"],
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres`,
    env: { PGOPTIONS: "-c search_path=theirs", PGTZ: "Asia/Tokyo" },
    gives: "plain",
    sees: [
      "select current_setting('search_path') || current_setting('timezone')",
      "theirsAsia/Tokyo",
    ],
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?connect_timeout=3&keepalives=1&keepalives_idle=30&gssencmode=disable&channel_binding=prefer&client_encoding=UTF8&prepare=false`,
    gives: "plain",
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres`,
    env: { PGCONNECT_TIMEOUT: "soon" },
    gives: 'exit 78: PGCONNECT_TIMEOUT: expected a whole number from 1 to 3600, got "soon"',
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?slmode=require`,
    gives: "exit 2: --database: unknown parameter slmode\ndid you mean sslmode?",
  },
  {
    env: { DATABASE_URL: `postgres://${kci}@{PLAIN}/postgres?schema=public` },
    gives: "exit 78: DATABASE_URL: unknown parameter schema\n",
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?channel_binding=require`,
    gives: 'exit 2: --database: channel_binding: expected disable or prefer, got "require"',
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres`,
    env: { PGGSSENCMODE: "require" },
    gives:
      'exit 78: PGGSSENCMODE: expected disable or prefer, got "require"\nthere is no GSSAPI here',
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?keepalives_count=3`,
    gives: "exit 2: --database: keepalives_count: expected 0",
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?sslcrl=/x`,
    gives: "exit 2: --database: sslcrl: is not supported\nleave it out: lists of revoked",
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres`,
    env: { PGREQUIREAUTH: "scram-sha-256" },
    gives: "exit 78: PGREQUIREAUTH: is not supported",
  },
];

/** The dashboard's settings. */
const dashboard: Case[] = [
  { env: django(atTls), gives: "TLS kci@postgres" },
  { env: django({ ...atTls, OPTIONS: { sslmode: "disable" } }), gives: "plain" },
  { env: django({ ...atTls, OPTIONS: { sslmode: "require" } }), gives: "TLS" },
  {
    env: django({ ...atTls, PORT: "{PLAINPORT}", OPTIONS: { sslmode: "require" } }),
    gives: "operator: cannot connect to the database: the server has no TLS",
  },
  {
    env: django({
      ...atTls,
      HOST: "localhost",
      OPTIONS: { sslmode: "verify-full", sslrootcert: "{CERTS}/ca.crt", connect_timeout: 16 },
    }),
    gives: "TLS kci@postgres",
  },
  {
    env: django({ ...atTls, OPTIONS: { options: "-c search_path=lab", pool: true } }),
    gives: "TLS",
    sees: ["show search_path", "lab"],
  },
  {
    env: django({ ...atTls, OPTIONS: { sslmod: "require" } }),
    gives: "exit 78: DB_DEFAULT: unknown parameter sslmod\ndid you mean sslmode?",
  },
  {
    env: django({ ...atTls, OPTIONS: { sslmode: "of course" } }),
    gives: "exit 78: DB_DEFAULT.OPTIONS.sslmode: expected disable, allow",
  },
  {
    env: django({ ...atTls, OPTIONS: { isolation_level: 2 } }),
    gives: "exit 78: DB_DEFAULT: unknown parameter isolation_level",
  },
  {
    env: django({ ...atTls, OPTION: {} }),
    gives: "exit 78: DB_DEFAULT: unknown setting OPTION\ndid you mean OPTIONS?",
  },
  { env: django({ ...atTls, HOST: "{SOCKETS}", CONN_MAX_AGE: 60 }), gives: "socket kci@postgres" },
  {
    env: { ...django({ NAME: "postgres" }), ...login, PGHOST: "127.0.0.1", PGPORT: "{PLAINPORT}" },
    gives: "plain kci@postgres",
  },
  {
    env: django({ OPTIONS: { service: "lab", servicefile: "{CERTS}/services" } }),
    gives: "TLS kci@postgres",
  },
  {
    env: {
      DB_DEFAULT_NAME: "postgres",
      DB_DEFAULT_USER: "kci",
      DB_DEFAULT_PASSWORD: "{PW}",
      DB_DEFAULT_HOST: "127.0.0.1",
      DB_DEFAULT_PORT: "{TLSPORT}",
      DB_DEFAULT_OPTIONS: '{"sslmode":"disable"}',
    },
    gives: "plain kci@postgres",
  },
];

export const cases: readonly Case[] = [...tls, ...places, ...files, ...sessions, ...dashboard];

/** Before PgBouncer in either mode, whose name is `{POOLER}`. */
export const poolerCases: readonly Case[] = [
  { url: `postgres://${kci}@{POOLER}/postgres`, gives: "pooled plain kci@postgres" },
  {
    url: `postgres://${kci}@{POOLER}/postgres?application_name=lab`,
    gives: "pooled",
    sees: ["show application_name", "lab"],
  },
  {
    url: `postgres://${kci}@{POOLER}/postgres?options=-c%20search_path%3Dlab`,
    gives: /^operator: .*unsupported startup parameter.*\nthe pooler takes no such parameter/,
  },
  {
    url: `postgres://${kci}@{POOLER}/postgres?sslmode=require`,
    gives: "operator: cannot connect to the database: the server has no TLS",
  },
  {
    url: "postgres://kci:wrong@{POOLER}/postgres",
    gives: /^operator: .*\ncheck user and password/,
  },
];
