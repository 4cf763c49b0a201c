import { afterAll } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tables } from "../../src/rows/tables.ts";
import { kinds, type TestDatabase, type TestKind } from "../databases.ts";
import { compiled } from "../e2e/binary.ts";
import { type Rows, readAll } from "../e2e/reference-rows.ts";
import { type Run, startIngester } from "../e2e/run-ingester.ts";
import { openStore } from "../store/prepared-store.ts";
import { temporaryFolder } from "../temporary.ts";
import { type Plan, planVariable } from "./plan.ts";

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

export type SomePlan = Omit<Plan, "counter" | "trace"> & {
  trace?: boolean;
  /** More of the program's environment. */
  env?: Record<string, string>;
  /** A program that starts the program: its words. */
  through?: readonly string[];
};

/** A run that takes longer has hung. */
const hangMs = 45_000;

/** The databases' kinds by name; absent where this machine has no server. */
export function kindOf(name: TestKind["name"]): TestKind | undefined {
  return kinds.find((kind) => kind.name === name);
}

/** Sets a scene on a database of a kind; `database` replaces the one that the program is given. */
export async function setScene(kind: TestKind, through?: (url: string) => string): Promise<Scene> {
  const folder = temporaryFolder();
  const database = await kind.create();
  const url = through?.(database.url) ?? database.url;
  const spool = join(folder.path, "spool");
  const [counter, traceFile] = [join(folder.path, "counter"), join(folder.path, "trace")];
  if (kind.name === "Postgres") {
    await using store = await openStore(database.url);
    await store.migrate();
  }
  const { command } = await compiled("withFaults");
  const steps = () => readFileSync(counter).readInt32LE(0);
  const start = (plan: SomePlan, ...words: string[]) => {
    writeFileSync(counter, new Uint8Array(8));
    const { trace, env, through = [], ...rest } = plan;
    const whole: Plan = { ...rest, counter, ...(trace ? { trace: traceFile } : {}) };
    return startIngester(
      { name: "with faults", command: [...through, ...command] },
      ["monitor", "--spool-dir", spool, "--database", url, "--log-format", "json", ...words],
      { env: { [planVariable]: JSON.stringify(whole), INGESTER_METRICS_PORT: "0", ...env } },
    );
  };
  return {
    spool,
    database,
    start,
    async run(plan, ...words) {
      const child = start(plan, ...words);
      using _limit = limitTime(child);
      const [exitCode, stdout, stderr] = await Promise.all([
        child.exited,
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ]);
      return { exitCode, stdout, stderr, steps: steps() };
    },
    steps,
    async reset(inputs) {
      rmSync(spool, { recursive: true, force: true });
      for (const [path, text] of inputs) {
        mkdirSync(dirname(join(spool, path)), { recursive: true });
        writeFileSync(join(spool, path), text);
      }
      if (kind.name === "Postgres") {
        const names = tables.map((table) => table.name).join(", ");
        await database.query(`truncate ${names} restart identity`);
      } else removeDatabase(database.url.replace("sqlite:", ""));
    },
    rows: () => readAll(database),
    trace: async () => (await Bun.file(traceFile).text()).split("\n").filter(Boolean),
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

/** Ends a program that hangs, so that a test says so soon. */
function limitTime(child: { kill(signal: NodeJS.Signals): void }): Disposable {
  const timer = setTimeout(() => child.kill("SIGKILL"), hangMs);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

function removeDatabase(path: string): void {
  for (const name of readdirSync(dirname(path))) rmSync(join(dirname(path), name), { force: true });
}
