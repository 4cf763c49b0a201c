import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { storeKind } from "../../src/store/store-kind.ts";
import { sizeFor } from "./fill-results.ts";
import { fill } from "./fill-targets.ts";
import { lookAtMachine } from "./machine.ts";
import { type QuestionList, questionsFor } from "./results-questions.ts";
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
/** A question that takes seconds tells enough in a few runs. */
const maxMs = 10_000;
const timeouts = { connectTimeoutMs: 5_000, statementTimeoutMs: 60_000 };

const size = sizeFor(Number(values.tests));
await fill(values.database, size.tests);
const { about, warning } = await lookAtMachine();
console.error(about);
if (warning) console.error(`warning: ${warning}`);

await using db = await storeKind(values.database).openReader(values.database, timeouts);
const questions = await questionsFor(db, size.tests);
const figures: { name: string; p50: number; p95: number; max: number; runs: number }[] = [];
for (const [group, list] of Object.entries<QuestionList>({ ...questions })) {
  for (const [question, ask] of Object.entries(list)) {
    const name = `${group}: ${question}`;
    if (!name.includes(values.only)) continue;
    const times = await measure(ask);
    const figure = {
      name,
      p50: quantile(times, 0.5),
      p95: quantile(times, 0.95),
      max: Math.max(...times),
      runs: times.length,
    };
    figures.push(figure);
    if (!values.json && figure.p95 >= Number(values.over)) {
      const [p50, p95] = [figure.p50, figure.p95].map((ms) => ms.toFixed(0).padStart(6));
      console.log(`${name.padEnd(44)} p50 ${p50} ms  p95 ${p95} ms  n ${figure.runs}`);
    }
  }
}
if (values.json) console.log(JSON.stringify({ machine: about, figures }, null, 2));

/** The first time counts too: with what was asked before, the file is in the system's memory. */
async function measure(ask: (number: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  const endMs = performance.now() + maxMs;
  for (let number = 1; number <= Number(values.runs) && performance.now() < endMs; number++) {
    const startMs = performance.now();
    await ask(number);
    times.push(performance.now() - startMs);
  }
  return times;
}
