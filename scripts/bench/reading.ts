import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { spawn } from "bun";
import { lookAtMachine } from "./machine.ts";
import { makeSmall } from "./make-submissions.ts";
import { binaryToMeasure, ownFolder } from "./own-folder.ts";
import { postgresTarget } from "./postgres-target.ts";
import { runOnce } from "./run-once.ts";
import { sqliteTarget } from "./sqlite-target.ts";
import { median, quantile } from "./statistics.ts";
import type { Target } from "./target.ts";

const usage = `bun scripts/bench/reading.ts [--database sqlite,postgres] [--pairs 5] [--files 20000] [--pause 500] [--binary FILE]

What reading costs ingestion, and ingestion reading: files a second with and without somebody who looks at
pages of \`serve\` all the time, in turns, each in a database of its own; --pause is the time in milliseconds
between two pages, 0 for none. Postgres is that of TEST_DATABASE_URL, else a throw-away server.`;

const { values } = parseArgs({
  options: {
    database: { type: "string", default: "sqlite,postgres" },
    pairs: { type: "string", default: "5" },
    files: { type: "string", default: "20000" },
    pause: { type: "string", default: "500" },
    binary: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit();
}

const targets: Readonly<Record<string, () => Promise<Target>>> = {
  postgres: postgresTarget,
  sqlite: sqliteTarget,
};
const paths = [
  "/failures?days=all",
  "/tree?days=all",
  "/waiting",
  "/hardware?days=all",
  "/search?q=boot",
];

const folder = ownFolder("reading");
const binary = await binaryToMeasure(folder, values.binary);
const source = join(folder, "source");
mkdirSync(source);
await makeSmall(source, Number(values.files));
const { about, warning } = await lookAtMachine();
console.error(about);
if (warning) console.error(`warning: ${warning}`);

for (const name of values.database.split(",")) {
  await using target = await targets[name]?.();
  if (!target) throw new Error(`${name}: expected some of ${Object.keys(targets).join(", ")}`);
  const alone: number[] = [];
  const beside: number[] = [];
  const pages: number[] = [];
  for (let pair = 0; pair < Number(values.pairs); pair++) {
    for (const isRead of pair % 2 === 0 ? [false, true] : [true, false]) {
      await using database = await target.create();
      await using reader = isRead ? await look(database.url, pages) : undefined;
      const { ms } = await runOnce(binary, source, database.url, []);
      await reader?.end();
      (isRead ? beside : alone).push(ms);
    }
  }
  const rate = (ms: number) => Math.round((Number(values.files) * 1_000) / ms);
  const ratios = beside.map((ms, at) => ms / (alone[at] ?? Number.NaN));
  console.log(
    `${target.name}: ${rate(median(alone))} files/s alone, ${rate(median(beside))} beside a reader, ratio of times ${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)}–${Math.max(...ratios).toFixed(3)}); ${pages.length} pages, p50 ${median(pages).toFixed(0)} ms, p95 ${quantile(pages, 0.95).toFixed(0)} ms`,
  );
}

/** Looks at one page after the other until it is ended. */
async function look(databaseUrl: string, times: number[]) {
  const served = spawn([binary, "serve", "--port", "0"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
  });
  const reader = served.stderr.getReader();
  const { value } = await reader.read();
  const [, url] = /serving (\S+?);/.exec(new TextDecoder().decode(value)) ?? [];
  if (!url) throw new Error("serve does not say where it listens");
  let isEnding = false;
  const work = (async () => {
    for (let number = 0; !isEnding; number++) {
      const startMs = performance.now();
      const answer = await fetch(new URL(paths[number % paths.length] ?? "/", url));
      await answer.text();
      // What is not there yet is no page.
      if (answer.ok) times.push(performance.now() - startMs);
      await Bun.sleep(Number(values.pause));
    }
  })();
  const end = async () => {
    isEnding = true;
    await work;
  };
  return {
    end,
    async [Symbol.asyncDispose]() {
      await end();
      served.kill();
      await served.exited;
    },
  };
}
