import { parseArgs } from "node:util";
import { runSoak, type Soak } from "./run-soak.ts";
import type { DatabaseName } from "./soak-database.ts";

const usage = `usage: bun run soak [--minutes N] [--seed S] [--database sqlite|postgres|both]

Runs the service for N minutes (1) on each database (both) while many writers fill its spool and it is
killed, stopped, frozen and robbed of disk, database and workers; then checks that nothing was lost.
An equal seed gives the same files and the same faults; without one, today's date is it.
The first SIGINT ends writers and faults early, a second one the run.`;

const chosen: Record<string, DatabaseName[]> = {
  sqlite: ["SQLite"],
  postgres: ["Postgres"],
  both: ["SQLite", "Postgres"],
};

/** More of what is broken would tell nothing new. */
const maxTold = 10;

process.exitCode = await main();
process.exit();

async function main(): Promise<number> {
  const options = readOptions();
  if (!options) {
    console.error(usage);
    return 2;
  }
  const { minutes, seed, databases } = options;
  const early = new AbortController();
  process.on("SIGINT", () => {
    if (early.signal.aborted) process.exit(130);
    console.log("soak: ends early");
    early.abort();
  });
  let isWell = true;
  for (const database of databases) {
    if (early.signal.aborted) break;
    console.log(`soak on ${database}: ${minutes} min, --seed ${seed}`);
    const durationMs = minutes * 60_000;
    const soak = await runSoak({ seed, database, durationMs, signal: early.signal });
    console.log(describe(soak));
    isWell &&= soak.broken.length === 0;
  }
  return isWell ? 0 : 1;
}

function readOptions() {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({ options: { minutes: text, seed: text, database: text } });
    const minutes = Number(values.minutes ?? 1);
    const databases = chosen[values.database ?? "both"];
    const seed = values.seed ?? new Date().toISOString().slice(0, 10);
    if (!(minutes > 0) || !databases) return undefined;
    return { minutes, seed, databases };
  } catch {
    return undefined;
  }
}

function describe(soak: Soak): string {
  const { delivered, archived, failed, faults, hits, broken } = soak;
  const kinds = Object.entries(faults).sort(([, a], [, b]) => b - a);
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  const lines = [
    `  files     ${delivered} delivered, ${archived} archived, ${failed} refused`,
    `  faults    ${total}: ${kinds.map(([kind, count]) => `${kind} ${count}`).join(", ")}`,
    `  met       ${hits} failed calls, ${soak.workersDied} dead workers, ${soak.starts} starts`,
    `  took      ${soak.rssBytes >> 20} MB, ${soak.descriptors} descriptors at most, a stop ${soak.stopMs} ms`,
    `  the rest was worked off in ${(soak.workedOffMs / 1_000).toFixed(1)} s`,
    ...broken.slice(0, maxTold).map((what) => `  BROKEN    ${what}`),
    broken.length === 0
      ? "  verdict   nothing lost, nothing doubled, nothing wrong"
      : `  verdict   ${broken.length} broken; the service's log: ${soak.logFile}`,
  ];
  return lines.join("\n");
}
