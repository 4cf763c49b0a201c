import type { Case } from "./cases.ts";

const kci = "kci:{PW}";
const root = "sslrootcert={CERTS}/ca.crt";
const otherRoot = "sslrootcert={CERTS}/other.crt";

/** What `sslmode` means, before servers with TLS, without, and that ask for it or its absence. */
export const tls: readonly Case[] = [
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
    gives:
      "operator: cannot connect to the database: the server does not support TLS\nset ssl = on",
  },
  { url: "postgres://secure:{PW}@{TLS}/postgres", gives: "TLS secure@postgres" },
  { url: "postgres://secure:{PW}@{TLS}/postgres?sslmode=allow", gives: "TLS secure@postgres" },
  {
    url: "postgres://secure:{PW}@{TLS}/postgres?sslmode=disable",
    gives:
      /^operator: .*no pg_hba.conf entry .*no encryption\nthe server may require TLS: use sslmode=require/,
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
      /^operator: .*certificate is for another name: .*127\.0\.0\.1.*\nuse the host name in the certificate/,
  },
  {
    url: `postgres://${kci}@{TLS}/postgres?sslmode=verify-ca&${otherRoot}`,
    gives:
      /^operator: .*certificate could not be verified: .*\nis it currently valid, and signed by .*other\.crt/,
  },
  {
    // A root certificate that is named is looked at, whatever the mode.
    url: `postgres://${kci}@{TLS}/postgres?sslmode=require&${otherRoot}`,
    gives: /^operator: .*certificate could not be verified/,
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
      "operator: sslmode=verify-full: expected a root certificate, but ~/.postgresql/root.crt does not exist",
  },
  {
    url: `postgres://${kci}@localhost:{TLSPORT}/postgres?sslrootcert=system`,
    gives: /^operator: .*certificate could not be verified/,
  },
  {
    url: `postgres://${kci}@{TLS}/postgres?sslrootcert=system&sslmode=require`,
    gives: "exit 2: --database: sslmode: expected verify-full, which sslrootcert=system requires",
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
    gives: "exit 2: --database: sslnegotiation: direct requires sslmode=require",
  },
  { url: `postgres://${kci}@{TLS}/postgres?ssl_min_protocol_version=TLSv1.3`, gives: "TLS" },
  {
    url: `postgres://${kci}@{TLS}/postgres?ssl_min_protocol_version=TLSv1`,
    gives: 'exit 2: --database: ssl_min_protocol_version: expected TLSv1.2 or TLSv1.3, got "TLSv1"',
  },
];
