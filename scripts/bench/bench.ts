import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { lookAtMachine } from "./machine.ts";
import { measureGrowth } from "./measure-growth.ts";
import { measureLatency } from "./measure-latency.ts";
import { measurePairs } from "./measure-pairs.ts";
import { measureStart } from "./measure-start.ts";
import { binaryToMeasure, ownFolder } from "./own-folder.ts";
import { postgresTarget } from "./postgres-target.ts";
import { type Report, renderReport } from "./report.ts";
import { sqliteTarget } from "./sqlite-target.ts";
import { median, quantile } from "./statistics.ts";
import type { Target } from "./target.ts";
import { workloads } from "./workloads.ts";

const usage = `bun run bench [--workload a,b,c,d,e,f,g,r,start] [--database postgres,sqlite] [--pairs 5]
              [--binary FILE] [--against FILE] [--flags="--max-workers 2"] [--json]

Measures the compiled binary in turns with the limit: a COPY (Postgres) or prepared inserts (SQLite)
of the very rows that it wrote, one connection, one transaction; with --against in turns with another
binary as well. Postgres is that of TEST_DATABASE_URL, else a throw-away server.`;

const targets: Readonly<Record<string, () => Promise<Target>>> = {
  postgres: postgresTarget,
  sqlite: sqliteTarget,
};

/** What has a way of its own: latency, the growth of the cost, start-up. */
const letters = [...Object.keys(workloads), "f", "g", "start"];

const { values } = parseArgs({
  options: {
    workload: { type: "string", default: letters.join(",") },
    database: { type: "string", default: Object.keys(targets).join(",") },
    pairs: { type: "string", default: "5" },
    binary: { type: "string" },
    against: { type: "string" },
    flags: { type: "string", default: "" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit();
}
const wanted = listed(values.workload, letters);
const pairs = Number(values.pairs);
if (!Number.isInteger(pairs) || pairs < 1) throw new Error(`--pairs: ${values.pairs} is no count`);
const flags = values.flags.split(" ").filter(Boolean);

const folder = ownFolder("bench");
const binary = await binaryToMeasure(folder, values.binary);
const against = values.against && resolve(values.against);

const { about, warning } = await lookAtMachine();
console.error(about);
if (warning) console.error(`warning: ${warning}`);
const report: Report = {
  machine: about,
  ...(warning ? { warning } : {}),
  databases: [],
  results: [],
  latencies: [],
  growths: [],
};
if (wanted.includes("start")) report.startMs = median(measureStart(binary));
for (const name of listed(values.database, Object.keys(targets))) {
  await using target = await targets[name]?.();
  if (target) await measure(target);
}
console.log(values.json ? JSON.stringify(report, null, 2) : renderReport(report));

async function measure(target: Target): Promise<void> {
  report.databases.push(target.about);
  for (const letter of wanted) {
    const workload = workloads[letter];
    console.error(`${target.name} (${letter})`);
    if (letter === "f") {
      const times = await measureLatency(binary, target, folder, flags);
      report.latencies.push({
        database: target.name,
        medianMs: median(times),
        p99Ms: quantile(times, 0.99),
        maxMs: Math.max(...times),
      });
    }
    if (letter === "g") {
      report.growths.push(await measureGrowth({ target, binary, folder, pairs, flags }));
    }
    if (!workload) continue;
    const source = join(folder, `files-${letter}`);
    mkdirSync(source);
    await workload.make(source);
    report.results.push(
      await measurePairs({ letter, workload, target, binary, against, source, pairs, flags }),
    );
    rmSync(source, { recursive: true });
  }
}

function listed(text: string, known: readonly string[]): string[] {
  const names = text.split(",").filter(Boolean);
  const stranger = names.find((name) => !known.includes(name));
  if (stranger) throw new Error(`${stranger}: expected some of ${known.join(", ")}\n\n${usage}`);
  return names;
}
