import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sql } from "../../src/store/statement.ts";
import { storeKind } from "../../src/store/store-kind.ts";
import { sizeFor } from "./fill-results.ts";
import { fill } from "./fill-targets.ts";
import { lookAtMachine } from "./machine.ts";
import { firstScreen, type QuestionList, questionsFor } from "./results-questions.ts";
import { quantile } from "./statistics.ts";

const usage = `bun scripts/bench/results.ts [--database URL] [--tests 5000000] [--runs 20] [--only TEXT]
                             [--over MS] [--json]

How long it takes to look at results in a large database: every command, page and call of the API, as the
50th and 95th percentile. The database is filled first where it is empty: a SQLite file takes minutes and
5 GB, a Postgres, which gets the dashboard's indexes alone, some more. --only asks those with a text in
their name, --over prints those that are slower.`;

const { values } = parseArgs({
  options: {
    database: { type: "string", default: `sqlite:${join(tmpdir(), "kci-results-bench.db")}` },
    tests: { type: "string", default: "5000000" },
    runs: { type: "string", default: "20" },
    only: { type: "string", default: "" },
    over: { type: "string", default: "0" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit();
}
interface Figure {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  /** What processors did for it, whatever else the machine does: ours, and of a server here the session's. */
  readonly processor50: number;
  readonly processor95: number;
  readonly runs: number;
}

/** A question that takes seconds tells enough in a few runs. */
const maxMs = 10_000;
const timeouts = { connectTimeoutMs: 5_000, statementTimeoutMs: 60_000 };

const size = sizeFor(Number(values.tests));
await fill(values.database, size.tests);
const { about, warning } = await lookAtMachine();
console.error(about);
if (warning) console.error(`warning: ${warning}`);

await using db = await storeKind(values.database).openReader(values.database, timeouts);
const sessionMs = await sessionClock();
const questions = await questionsFor(db, size.tests);
const figures: Figure[] = [];
for (const [group, list] of Object.entries<QuestionList>({ ...questions })) {
  for (const [question, ask] of Object.entries(list)) {
    const name = `${group}: ${question}`;
    if (!name.includes(values.only)) continue;
    if (question === firstScreen) await ask(0);
    const { times, processor } = await measure(ask);
    const figure: Figure = {
      name,
      p50: quantile(times, 0.5),
      p95: quantile(times, 0.95),
      processor50: quantile(processor, 0.5),
      processor95: quantile(processor, 0.95),
      runs: times.length,
    };
    figures.push(figure);
    if (!values.json && figure.p95 >= Number(values.over)) {
      const round = (ms: number) => ms.toFixed(0).padStart(6);
      console.log(
        `${name.padEnd(44)} p50 ${round(figure.p50)}  p95 ${round(figure.p95)} ms  processor ${round(figure.processor50)} ${round(figure.processor95)}  n ${figure.runs}`,
      );
    }
  }
}
if (values.json) console.log(JSON.stringify({ machine: about, figures }, null, 2));

/**
 * The first time counts too, but for the first screen, as `serve` asks for that at its start: with what was asked
 * before, the file is in the system's memory.
 */
async function measure(
  ask: (number: number) => Promise<unknown>,
): Promise<{ times: number[]; processor: number[] }> {
  const [times, processor]: [number[], number[]] = [[], []];
  const endMs = performance.now() + maxMs;
  for (let number = 1; number <= Number(values.runs) && performance.now() < endMs; number++) {
    const [startMs, usage, sessionStartMs] = [performance.now(), process.cpuUsage(), sessionMs()];
    await ask(number);
    times.push(performance.now() - startMs);
    const { user, system } = process.cpuUsage(usage);
    processor.push((user + system) / 1_000 + sessionMs() - sessionStartMs);
  }
  return { times, processor };
}

/** The time that a processor has worked for the session of the reader, where that is a process of this machine. */
async function sessionClock(): Promise<() => number> {
  if (values.database.startsWith("sqlite:")) return () => 0;
  const [row] = await db.query(sql`select pg_backend_pid() as pid`);
  const path = `/proc/${row?.pid}/schedstat`;
  if (!existsSync(path)) return () => 0;
  return () => Number(readFileSync(path, "utf8").split(" ")[0]) / 1e6;
}
