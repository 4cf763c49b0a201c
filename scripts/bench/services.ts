import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { spawn } from "bun";
import postgres, { type Sql } from "postgres";
import { builds, tests } from "../../src/rows/tables.ts";
import { createIndexes, createTable } from "../../src/store/postgres/sql.ts";
import { withDeadline } from "./deadline.ts";
import { makeSmall } from "./make-submissions.ts";
import { binaryToMeasure, ownFolder } from "./own-folder.ts";
import { postgresTarget } from "./postgres-target.ts";
import { median } from "./statistics.ts";

const usage = `bun scripts/bench/services.ts [--services 1,2,4,8] [--partitions 0,8,64] [--files 8000] [--rounds 3] [--binary FILE]

Measures several services, with a spool each, on one Postgres: files a second of all together, how many sessions
wait for a lock on average, and how often a transaction is tried again. With --partitions N, builds and tests are
partitioned by a hash of the id. Postgres is that of TEST_DATABASE_URL, else a throw-away server.`;

const { values } = parseArgs({
  options: {
    services: { type: "string", default: "1,2,4,8" },
    partitions: { type: "string", default: "0,8,64" },
    files: { type: "string", default: "8000" },
    rounds: { type: "string", default: "3" },
    binary: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit();
}

/** What one run came to. */
interface Run {
  readonly filesASecond: number;
  readonly waiting: number;
  readonly retries: number;
}

const folder = ownFolder("services");
const binary = await binaryToMeasure(folder, values.binary);
const source = join(folder, "source");
mkdirSync(source);
await makeSmall(source, Number(values.files));
const names = readdirSync(source);

await using target = await postgresTarget();
console.log(`${target.about}\n`);
console.log("| partitions | services | files/s | waiting for a lock | tried again |");
console.log("| --- | --- | --- | --- | --- |");
for (const partitions of values.partitions.split(",").map(Number)) {
  for (const services of values.services.split(",").map(Number)) {
    const runs: Run[] = [];
    for (let round = 0; round < Number(values.rounds); round++)
      runs.push(await measure(services, partitions));
    const speeds = runs.map(({ filesASecond }) => filesASecond);
    const waiting = median(runs.map((run) => run.waiting));
    const retries = runs.reduce((sum, run) => sum + run.retries, 0);
    console.log(
      `| ${partitions || "none"} | ${services} | ${Math.round(median(speeds))} | ${waiting.toFixed(2)} | ${retries} |`,
    );
  }
}

// --- internal ---

async function measure(services: number, partitions: number): Promise<Run> {
  await using database = await target.create();
  const sql = postgres(database.url, { max: 1, fetch_types: false, onnotice: () => {} });
  try {
    if (partitions > 0) await layOut(sql, partitions);
    await database.settle();
    const spools = Array.from({ length: services }, (_, at) => fillSpool(at, services));
    const startMs = performance.now();
    const children = spools.map((spool) =>
      spawn([binary, "monitor", "--once", "--log-format", "json", "--spool-dir", spool], {
        stdio: ["ignore", "ignore", "pipe"],
        env: { PATH: process.env.PATH, DATABASE_URL: database.url },
      }),
    );
    const logs = children.map((child) => new Response(child.stderr).text());
    const ended = withDeadline(Promise.all(children.map((child) => child.exited)), "the services");
    const waiting = await watchLocks(sql, ended);
    const ms = performance.now() - startMs;
    const codes = await ended;
    const text = (await Promise.all(logs)).join("");
    for (const spool of spools) rmSync(spool, { recursive: true, force: true });
    if (codes.some((code) => code !== 0))
      throw new Error(`exit codes ${codes}\n${text.slice(-2_000)}`);
    const retries = text.match(/"event":"fault"/g)?.length ?? 0;
    return { filesASecond: (names.length / ms) * 1_000, waiting, retries };
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Each service gets every so manyth file. */
function fillSpool(service: number, services: number): string {
  const spool = mkdtempSync(join(folder, "spool-"));
  for (const [at, name] of names.entries()) {
    if (at % services === service) linkSync(join(source, name), join(spool, name));
  }
  return spool;
}

/** How many sessions wait for a lock, on average, until something has ended. */
async function watchLocks(sql: Sql, ended: Promise<unknown>): Promise<number> {
  let isOver = false;
  const over = ended.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  let [looks, found] = [0, 0];
  while (!isOver) {
    const [row] = await sql`select count(*)::int as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`;
    looks++;
    found += Number(row?.waiting);
    await Promise.race([over, Bun.sleep(20)]);
  }
  return found / Math.max(1, looks);
}

/** Makes `tests` and `builds` anew, partitioned. */
async function layOut(sql: Sql, partitions: number): Promise<void> {
  for (const table of [tests, builds]) {
    await sql.unsafe(`drop table ${table.name}`);
    await sql.unsafe(`${createTable(table)} partition by hash (id)`);
    for (let remainder = 0; remainder < partitions; remainder++) {
      await sql.unsafe(
        `create table ${table.name}_${remainder} partition of ${table.name} for values with (modulus ${partitions}, remainder ${remainder})`,
      );
    }
    for (const statement of createIndexes(table).values()) await sql.unsafe(statement);
  }
}
