import { spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterThisProcess } from "../../../after-this-process.ts";
import { freePort } from "../../../free-port.ts";
import { needs } from "../../../needs.ts";
import { temporaryFolder } from "../../../temporary.ts";

/** A pooler before a server. */
export interface Pgbouncer extends Disposable {
  readonly port: number;
}

const nobody = 65_534;
const asRoot = process.getuid?.() === 0;

/**
 * Starts the PgBouncer of the system with at most 3 connections to a server, for every database of it.
 * Undefined where none is installed, which may be so outside CI only.
 */
export function startPgbouncer(
  serverUrl: string,
  mode: "transaction" | "session" | "statement",
): Pgbouncer | undefined {
  const program = [...(process.env.PATH ?? "").split(":"), "/usr/sbin"]
    .map((folder) => join(folder, "pgbouncer"))
    .find((path) => existsSync(path));
  if (!needs(program !== undefined, "all tests on PgBouncer", "the program pgbouncer")) {
    if (process.env.CI === "true") throw new Error("pgbouncer is not installed");
  }
  if (!program) return undefined;
  const server = new URL(serverUrl);
  const folder = temporaryFolder().path;
  const [users, settings, log] = ["users", "settings", "log"].map((name) => join(folder, name));
  const port = freePort();
  writeFileSync(users ?? "", `"${server.username}" "${server.password}"\n`);
  writeFileSync(
    settings ?? "",
    [
      "[databases]",
      `* = host=${server.hostname} port=${server.port}`,
      "[pgbouncer]",
      `listen_addr = 127.0.0.1\nlisten_port = ${port}\nunix_socket_dir =`,
      `auth_type = scram-sha-256\nauth_file = ${users}`,
      `pool_mode = ${mode}\ndefault_pool_size = 3\nlogfile = ${log}`,
      // Sessions change hands at every transaction, not one by one in turn.
      "server_round_robin = 1",
    ].join("\n"),
  );
  if (asRoot) for (const path of [folder, users, settings]) chownSync(path ?? "", nobody, nobody);
  const child = spawn(program, [settings ?? ""], {
    stdio: "ignore",
    ...(asRoot ? { uid: nobody, gid: nobody } : {}),
  });
  afterThisProcess('kill "$1"; rm -rf "$2"', String(child.pid), folder);
  const limit = performance.now() + 10_000;
  while (spawnSync("bash", ["-c", `exec 3<>/dev/tcp/127.0.0.1/${port}`]).status !== 0) {
    if (performance.now() < limit && child.exitCode === null) continue;
    throw new Error(
      `pgbouncer does not start: ${existsSync(log ?? "") ? readFileSync(log ?? "") : ""}`,
    );
  }
  return {
    port,
    [Symbol.dispose]() {
      child.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
