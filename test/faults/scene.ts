import { afterAll } from "bun:test";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tables } from "../../src/rows/tables.ts";
import { kinds, type TestDatabase, type TestKind } from "../databases.ts";
import { type Rows, readAll } from "../e2e/reference-rows.ts";
import type { Run, startIngester } from "../e2e/run-ingester.ts";
import { databaseWithTables } from "../store/prepared-store.ts";
import { temporaryFolder } from "../temporary.ts";
import { faultyProgram, type SomePlan } from "./start-faulty.ts";

export type { SomePlan } from "./start-faulty.ts";

/** A spool and a database, and the program run on them by a plan. */
export interface Scene extends AsyncDisposable {
  readonly spool: string;
  readonly database: TestDatabase;
  /** Fills the spool afresh and empties the database. */
  reset(inputs: ReadonlyMap<string, string>): Promise<void>;
  run(plan: SomePlan, ...words: string[]): Promise<Run & { steps: number }>;
  start(plan: SomePlan, ...words: string[]): ReturnType<typeof startIngester>;
  /** How many steps the program has taken since it was started. */
  steps(): number;
  rows(): Promise<Map<string, Rows>>;
  /** The names of the steps of the last run that had `trace`. */
  trace(): Promise<string[]>;
}

/** The databases' kinds by name; absent where this machine has no server. */
export function kindOf(name: TestKind["name"]): TestKind | undefined {
  return kinds.find((kind) => kind.name === name);
}

/** Sets a scene on a database of a kind; `database` replaces the one that the program is given. */
export async function setScene(kind: TestKind, through?: (url: string) => string): Promise<Scene> {
  const folder = temporaryFolder();
  const isPostgres = kind.name === "Postgres";
  const database = await (isPostgres ? databaseWithTables(kind) : kind.create());
  const url = through?.(database.url) ?? database.url;
  const spool = join(folder.path, "spool");
  const { start, run, steps, trace } = await faultyProgram(folder.path);
  const monitor = ["monitor", "--spool-dir", spool, "--database", url, "--log-format", "json"];
  return {
    spool,
    database,
    start: (plan, ...words) => start(plan, ...monitor, ...words),
    run: (plan, ...words) => run(plan, ...monitor, ...words),
    steps,
    async reset(inputs) {
      rmSync(spool, { recursive: true, force: true });
      for (const [path, text] of inputs) {
        mkdirSync(dirname(join(spool, path)), { recursive: true });
        writeFileSync(join(spool, path), text);
      }
      if (isPostgres) await database.query(emptying);
      else removeDatabase(database.url.replace("sqlite:", ""));
    },
    rows: () => readAll(database),
    trace,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** The scene of a file or of a `describe`, put away after its last test. */
export function sharedScene(kind: TestKind): Promise<Scene> {
  const scene = setScene(kind);
  afterAll(async () => (await scene)[Symbol.asyncDispose]());
  return scene;
}

/**
 * Waits until a session of a program that was killed has ended its transaction, and takes out all rows: not
 * by `truncate`, which makes a new file of each table and index.
 */
const emptying = [
  `lock table ${tables.map(({ name }) => name).join(", ")} in exclusive mode`,
  ...tables.map(({ name }) => `delete from ${name}`),
].join(";");

function removeDatabase(path: string): void {
  for (const name of readdirSync(dirname(path))) rmSync(join(dirname(path), name), { force: true });
}
