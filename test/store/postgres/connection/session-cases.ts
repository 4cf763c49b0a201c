import type { Case } from "./cases.ts";

const kci = "kci:{PW}";
const login = { PGUSER: "kci", PGPASSWORD: "{PW}" };
const django = (parts: object) => ({ DB_DEFAULT: JSON.stringify(parts) });
const atTls = {
  NAME: "postgres",
  USER: "kci",
  PASSWORD: "{PW}",
  HOST: "127.0.0.1",
  PORT: "{TLSPORT}",
};

/** What the session is told, and what cannot be honoured. */
export const sessions: readonly Case[] = [
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
      'exit 78: PGGSSENCMODE: expected disable or prefer, got "require"\nGSSAPI is not supported',
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?keepalives_count=3`,
    gives: "exit 2: --database: keepalives_count: expected 0",
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres?sslcrl=/x`,
    gives: "exit 2: --database: sslcrl: is not supported\nremove it: certificate revocation lists",
  },
  {
    url: `postgres://${kci}@{PLAIN}/postgres`,
    env: { PGREQUIREAUTH: "scram-sha-256" },
    gives: "exit 78: PGREQUIREAUTH: is not supported",
  },
];

/** The dashboard's settings. */
export const dashboard: readonly Case[] = [
  { env: django(atTls), gives: "TLS kci@postgres" },
  { env: django({ ...atTls, OPTIONS: { sslmode: "disable" } }), gives: "plain" },
  { env: django({ ...atTls, OPTIONS: { sslmode: "require" } }), gives: "TLS" },
  {
    env: django({ ...atTls, PORT: "{PLAINPORT}", OPTIONS: { sslmode: "require" } }),
    gives: "operator: cannot connect to the database: the server does not support TLS",
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
