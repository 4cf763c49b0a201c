import { chmodSync, rmSync, writeFileSync } from "node:fs";
import postgres from "postgres";
import { startPostgres } from "../../../postgres-server.ts";
import { temporaryFolder } from "../../../temporary.ts";
import { type Certificates, makeCertificates } from "./certificates.ts";
import { type Pgbouncer, startPgbouncer } from "./pgbouncer.ts";

/** Real servers of every kind that a connection may meet. */
export interface Servers extends Disposable {
  /** By what stands for them in the texts of cases. */
  readonly names: Readonly<Record<string, string>>;
  readonly certificates: Certificates;
}

const asRoot = process.getuid?.() === 0;

/** Who may log in how at the server with TLS; its socket asks for nothing. */
const rules = `
local all all trust
hostssl all certuser 127.0.0.1/32 cert
hostssl all secure 127.0.0.1/32 scram-sha-256
hostnossl all open 127.0.0.1/32 scram-sha-256
host all kci 127.0.0.1/32 scram-sha-256
host all kci ::1/128 scram-sha-256
`;

/** Starts them: one with TLS, one without, and poolers before the latter where PgBouncer is installed. */
export async function startServers(): Promise<Servers> {
  const stack = new DisposableStack();
  const certificates = stack.use(makeCertificates(asRoot ? 65_534 : undefined));
  const sockets = temporaryFolder().path;
  chmodSync(sockets, 0o777);
  stack.defer(() => rmSync(sockets, { recursive: true, force: true }));
  const hba = certificates.at("hba");
  writeFileSync(hba, rules);
  const tls = stack.use(
    startPostgres({
      fsync: "off",
      listen_addresses: "127.0.0.1,::1",
      unix_socket_directories: sockets,
      hba_file: hba,
      ssl: "on",
      ssl_cert_file: certificates.at("server.crt"),
      ssl_key_file: certificates.at("server.key"),
      ssl_ca_file: certificates.at("ca.crt"),
    }),
  );
  const plain = stack.use(startPostgres({ fsync: "off" }));
  const { password } = new URL(plain.url);
  for (const { url } of [tls, plain]) {
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    for (const role of ["secure", "open", "certuser", '"team/bot"']) {
      await sql.unsafe(`create role ${role} login password '${password}'`);
    }
    await sql.unsafe("create role peculiar login password 'p@/?#: %'");
    await sql.unsafe('create database "kci 100%"');
    await sql.end();
  }
  const poolers: [string, Pgbouncer][] = (["transaction", "session"] as const).flatMap((mode) => {
    const pooler = startPgbouncer(plain.url, mode);
    return pooler ? [[mode, stack.use(pooler)]] : [];
  });
  const owned = stack.move();
  return {
    certificates,
    names: {
      TLS: `127.0.0.1:${tls.port}`,
      TLSPORT: String(tls.port),
      PLAIN: `127.0.0.1:${plain.port}`,
      PLAINPORT: String(plain.port),
      SOCKETS: sockets,
      SOCKETS_ENCODED: encodeURIComponent(sockets),
      CERTS: certificates.folder,
      PW: password,
      ...Object.fromEntries(poolers.map(([mode, { port }]) => [mode, `127.0.0.1:${port}`])),
    },
    [Symbol.dispose]: () => owned.dispose(),
  };
}
