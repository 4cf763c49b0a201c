import type { Case } from "./cases.ts";

const kci = "kci:{PW}";
const login = { PGUSER: "kci", PGPASSWORD: "{PW}" };

/** Where the server is, and who asks. */
export const places: readonly Case[] = [
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
    gives: "exit 2: --database: host: expected a host name, an address",
  },
];

/** Passwords and settings that lie in files. */
export const files: readonly Case[] = [
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
