import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { TestDatabase, TestKind } from "../databases.ts";
import { type StandIn, startStandIn } from "../storage/stand-in.ts";
import { databaseWithTables } from "../store/prepared-store.ts";
import { temporaryFolder } from "../temporary.ts";
import { compiled } from "./binary.ts";
import { runIngester, startIngester, type Variables } from "./run-ingester.ts";

/** A spool, an empty database with its tables, and the program to run on them. */
export interface Stage extends AsyncDisposable {
  readonly spool: string;
  readonly database: TestDatabase;
  /** The environment that names the storage server. */
  env(server: { url: string; token: string }): Record<string, string>;
  /** Starts `monitor`; `words` come on top. */
  start(env: Variables, ...words: string[]): ReturnType<typeof startIngester>;
  /** Runs `monitor --once` to its end. */
  once(env: Variables, ...words: string[]): ReturnType<typeof runIngester>;
  /** The names of a folder of the spool. */
  names(folder: "" | "archive" | "failed"): string[];
}

/** Sets a stage on a database of a kind, for a program with this many workers. */
export async function setStage(kind: TestKind, workers = 4): Promise<Stage> {
  const program = await compiled();
  const folder = temporaryFolder();
  const database = await (kind.name === "Postgres" ? databaseWithTables(kind) : kind.create());
  const place = ["--spool-dir", folder.path, "--database", database.url];
  const monitor = ["monitor", ...place, "--max-workers", String(workers)];
  return {
    spool: folder.path,
    database,
    env: ({ url, token }) => ({ STORAGE_BASE_URL: url, STORAGE_TOKEN: token }),
    start: (env, ...words) =>
      startIngester(program, [...monitor, "--metrics-port", "0", ...words], { env }),
    once: (env, ...words) => runIngester(program, [...monitor, "--once", ...words], { env }),
    names: (name) => namesIn(join(folder.path, name)),
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** An address of 127.0.0.1 where nobody listens, with a token. */
export async function nobody(): Promise<{ url: string; token: string }> {
  const gone: StandIn = await startStandIn();
  await gone[Symbol.asyncDispose]();
  return gone;
}

// --- internal ---

function namesIn(folder: string): string[] {
  // The program makes the folders of its spool itself.
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".json"))
    .map((entry) => entry.name)
    .sort();
}
