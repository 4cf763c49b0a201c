import { Database } from "bun:sqlite";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { answerApi } from "../../src/api/answer-api.ts";
import { resolveCommit } from "../../src/results/checkouts-of.ts";
import { readCountedCommits } from "../../src/results/commits.ts";
import { compareCheckouts } from "../../src/results/compare.ts";
import { readTest } from "../../src/results/details.ts";
import { readMatrix } from "../../src/results/facets.ts";
import { readFailures } from "../../src/results/failures.ts";
import { readHardware } from "../../src/results/hardware.ts";
import { readTestHistories } from "../../src/results/histories.ts";
import { listTests } from "../../src/results/list-runs.ts";
import { countTrees, readTreeHeads } from "../../src/results/trees.ts";
import { readWaitingTests } from "../../src/results/waiting.ts";
import { sql } from "../../src/store/statement.ts";
import { storeKind } from "../../src/store/store-kind.ts";
import { lookAtMachine } from "./machine.ts";

/**
 * How long it takes to look at results in a large SQLite file: what each page and call of the API asks for,
 * as 50th and 95th percentile. `bun scripts/bench/results.ts [--tests N] [--file PATH] [--runs N]`
 */

const { values } = parseArgs({
  options: {
    tests: { type: "string", default: "5000000" },
    file: { type: "string", default: join(tmpdir(), "kci-results-bench.db") },
    runs: { type: "string", default: "20" },
    only: { type: "string", default: "" },
  },
});
const testCount = Number(values.tests);
const [checkoutCount, buildCount] = [Math.ceil(testCount / 1_667), Math.ceil(testCount / 16.67)];
const trees = 60;
const options = { connectTimeoutMs: 5_000, statementTimeoutMs: 60_000 };
const nowMs = Date.UTC(2026, 6, 1);

if (!existsSync(values.file)) await makeFile(values.file);
const { about, warning } = await lookAtMachine();
console.log(`${about}${warning ? `\n${warning}` : ""}`);
await measureAll();

// --- internal ---

/** 5 million tests of 300,000 builds of 3,000 checkouts: 60 trees with 50 commits each, an excerpt on one test in ten. */
async function makeFile(path: string): Promise<void> {
  const url = `sqlite:${path}`;
  await using store = await storeKind(url).open(url, options);
  await store.migrate();
  using db = new Database(path, { strict: true });
  db.run("pragma synchronous = off");
  const numbers = (count: number) =>
    `with recursive n(i) as (select 0 union all select i + 1 from n where i + 1 < ${count})`;
  const at = (seconds: string) =>
    `strftime('%Y-%m-%dT%H:%M:%S', 1782864000 - (${seconds}), 'unixepoch') || '.000000Z'`;
  const age = `(${checkoutCount} - i) / ${trees} * 21600 + i % ${trees}`;
  db.run(`${numbers(checkoutCount)} insert into checkouts (_timestamp, id, origin, tree_name, git_repository_url,
    git_repository_branch, git_commit_hash, git_commit_name, git_commit_tags, start_time, misc)
    select ${at(age)}, 'maestro:c' || i, 'maestro', 'tree-' || (i % ${trees}), 'https://git.example.org/' || (i % ${trees}) || '.git',
      'master', printf('%08x%032x', i * 2654435761 % 4294967296, i), 'v6.17-rc' || (i / ${trees}), '[]', ${at(age)}, '{}' from n`);
  db.run(`${numbers(buildCount)} insert into builds (_timestamp, id, origin, start_time, architecture, compiler, config_name, misc, status, checkout_id)
    select ${at(age.replaceAll("i", "(i / 100)"))}, 'maestro:b' || i, 'maestro', ${at(age.replaceAll("i", "(i / 100)"))},
      case i % 3 when 0 then 'arm64' when 1 then 'x86_64' else 'riscv' end, case i % 2 when 0 then 'gcc-14' else 'clang-21' end,
      'config-' || (i % 25), '{"lab": "k8s", "platform": "kubernetes"}', case when i % 50 = 0 then 'FAIL' else 'PASS' end, 'maestro:c' || (i / 100) from n`);
  const block = 100_000;
  const excerpt = "[    1.234567] kernel: something happened here, and it was told\n".repeat(60);
  for (let from = 0; from < testCount; from += block) {
    const count = Math.min(block, testCount - from);
    db.run(`${numbers(count)} insert into tests (_timestamp, id, origin, environment_misc, path, log_excerpt, status, start_time, misc, environment_compatible, build_id)
      select ${at(age.replaceAll("i", "(i / 1667)"))}, 'maestro:t' || i, 'maestro',
        json_object('platform', 'board-' || (i % 40), 'job_id', i, 'job_url', 'https://lava.example.org/job/' || i),
        case i % 17 when 0 then 'boot' else 'suite-' || (i % 12) || '.test-' || (i % 170) end,
        case when i % 10 = 0 then ${quoted(excerpt)} end,
        case i % 29 when 0 then 'FAIL' when 1 then 'SKIP' when 2 then 'ERROR' else 'PASS' end,
        ${at(age.replaceAll("i", "(i / 1667)"))}, '{"runtime": "lab-one"}', json_array('vendor,board-' || (i % 40)), 'maestro:b' || (i * 3 / 50)
      from (select i + ${from} as i from n)`);
    if (from % 1_000_000 === 0) console.error(`${from} tests`);
  }
  db.run(`insert into latest_checkout (checkout_id, origin, tree_name, git_repository_url, git_repository_branch, start_time)
    select id, origin, tree_name, git_repository_url, git_repository_branch, max(start_time) from checkouts group by tree_name`);
  db.run(`insert into tree_listing (checkout_id, origin, tree_name, git_repository_url, git_repository_branch, git_commit_hash, git_commit_name,
      git_commit_tags, start_time, build_pass, build_failed, build_inc, boot_pass, boot_failed, boot_inc, test_pass, test_failed, test_inc)
    select id, origin, tree_name, git_repository_url, git_repository_branch, git_commit_hash, git_commit_name, git_commit_tags, start_time,
      0, 0, 0, 0, 0, 0, 0, 0, 0 from checkouts`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

async function measureAll(): Promise<void> {
  const url = `sqlite:${values.file}`;
  await using db = await storeKind(url).openReader(url, options);
  const at = (number: number) => Math.floor(number * 7919) % trees;
  const treeOf = (number: number) => ({ origin: ["maestro"], tree: [`tree-${at(number)}`] });
  const [newest = [], older = []] = await Promise.all(
    [0, trees].map(async (back) =>
      (
        await db.query(
          sql`select c.git_commit_hash as hash, c.id as id from checkouts c order by c.start_time desc limit 60 offset ${back}`,
        )
      ).map((row) => [String(row.hash), String(row.id)] as const),
    ),
  );
  const commit = (number: number) => newest[number % newest.length]?.[0] ?? "";
  const ask = async (path: string, body?: unknown) => {
    const request = new Request(
      `http://127.0.0.1/api/${path}`,
      body ? { method: "POST", body: JSON.stringify(body) } : {},
    );
    const answer = await answerApi(request, new URL(request.url), { reader: db, now: () => nowMs });
    await answer.text();
  };
  const treeQuery = async (hash: string) => {
    const [row] = await db.query(
      sql`select c.git_repository_url as url from checkouts c where c.git_commit_hash = ${hash}`,
    );
    return new URLSearchParams({
      origin: "maestro",
      git_url: String(row?.url),
      git_branch: "master",
    }).toString();
  };
  const hardware = {
    origin: "maestro",
    startTimestampInSeconds: String(nowMs / 1000 - 7 * 86_400),
    endTimestampInSeconds: String(nowMs / 1000),
    selectedCommits: {},
    filter: {},
  };
  const measured: Record<string, (number: number) => Promise<unknown>> = {
    "trees, counted": async () =>
      countTrees(db, await readTreeHeads(db, { from: "2026-06-24T00:00:00.000000Z" })),
    "commits of a tree, 30 counted": (n) =>
      readCountedCommits(db, sql`c.tree_name = ${`tree-${at(n)}`}`, 30),
    "failures of one tree": (n) => readFailures(db, { tree: [`tree-${at(n)}`] }, { limit: 100 }),
    "failures of all trees, 100 each": () =>
      readFailures(db, { from: "2026-06-24T00:00:00.000000Z" }, { limit: 100 }),
    "failures of a commit, all": async (n) => readFailures(db, { commit: [commit(n)] }),
    "tests of a commit, a page": (n) =>
      listTests(db, "test", { filter: { commit: [commit(n)] }, limit: 100 }),
    "newest failed boots, a page": () =>
      listTests(db, "boot", { filter: { status: ["FAIL"] }, limit: 100 }),
    "a test": (n) => readTest(db, `maestro:t${(n * 104_729) % testCount}`),
    "history of a test": async (n) => {
      const test = await readTest(db, `maestro:t${testCount - 5_000 - ((n * 7) % 1000)}`);
      return test && readTestHistories(db, [test]);
    },
    "comparison of two commits": (n) =>
      compareCheckouts(
        db,
        [older[n % older.length]?.[1] ?? ""],
        [newest[n % newest.length]?.[1] ?? ""],
      ),
    "matrix of a commit": (n) => readMatrix(db, { commit: [commit(n)] }),
    "a commit by its prefix": (n) => resolveCommit(db, commit(n).slice(0, 10), treeOf(n)),
    "hardware of a tree's newest commit": (n) => readHardware(db, { commit: [commit(n)] }),
    "what waits": () => readWaitingTests(db, 100),
    "API tree": () => ask("tree?origin=maestro&interval_in_days=7"),
    "API tree/C/summary": async (n) =>
      ask(`tree/${commit(n)}/summary?${await treeQuery(commit(n))}`),
    "API tree/C/tests": async (n) => ask(`tree/${commit(n)}/tests?${await treeQuery(commit(n))}`),
    "API tree/C/commits": async (n) =>
      ask(`tree/${commit(n)}/commits?${await treeQuery(commit(n))}`),
    "API hardware": () =>
      ask(
        `hardware/?origin=maestro&startTimestampInSeconds=${hardware.startTimestampInSeconds}&endTimestampInSeconds=${hardware.endTimestampInSeconds}`,
      ),
    "API hardware/H/summary": (n) => ask(`hardware/board-${n % 40}/summary`, hardware),
    "API tree-report": async (n) =>
      ask(`tree-report?${await treeQuery(commit(n))}&max_age_in_hours=24`),
    "API test/ID": (n) => ask(`test/maestro:t${(n * 104_729) % testCount}`),
  };
  for (const [name, work] of Object.entries(measured)) {
    if (values.only && !name.includes(values.only)) continue;
    const times: number[] = [];
    const startedAt = performance.now();
    for (let number = 0; number < Number(values.runs); number++) {
      const from = performance.now();
      await work(number + 1);
      times.push(performance.now() - from);
      // A question that takes seconds tells enough in a few runs.
      if (performance.now() - startedAt > 30_000) break;
    }
    times.sort((a, b) => a - b);
    const percentile = (part: number) =>
      times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? 0;
    console.log(
      `${name.padEnd(38)} p50 ${percentile(0.5).toFixed(0).padStart(6)} ms   p95 ${percentile(0.95).toFixed(0).padStart(6)} ms   n ${times.length}`,
    );
  }
}
