import { afterAll, afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { kinds, sqlite, type TestDatabase } from "../databases.ts";
import { compiled } from "../e2e/binary.ts";
import { asAtWork, ingester, runIngester, startIngester } from "../e2e/run-ingester.ts";
import { peakBytes } from "../peak-bytes.ts";
import { inMemory, temporaryFolder } from "../temporary.ts";
import { watchPeak } from "../watch-peak.ts";
import { writeBigSubmission } from "./big-submission.ts";
import { documentOf, families } from "./object-families.ts";
import { submission } from "./submissions.ts";
import { isFull } from "./sweep.ts";
import { until } from "./until.ts";

/**
 * What memory and time sizes cost. The figures are printed; `FAULTS=full` tries the large ones, which
 * take some minutes and 10 GB of disk.
 */

setDefaultTimeout(isFull ? 1_800_000 : 60_000);

/** The figures are those of the binary; to build it for the small sizes would cost more than they. */
const program = isFull ? await compiled() : ingester;

const megabyte = 1 << 20;
const waitingFiles = isFull ? 1_000_000 : 20_000;
const watchMs = isFull ? 60_000 : 1_000;
/** The promise is one of a machine that has nothing else to do. */
const firstLimitMs = isFull ? 5_000 : 20_000;
/** Submissions by size, each with the memory that it may take. */
const sizes = isFull
  ? [
      { megabytes: 8, limitMegabytes: 400 },
      { megabytes: 64, limitMegabytes: 300 },
      { megabytes: 512, limitMegabytes: 400 },
    ]
  : [
      { megabytes: 8, limitMegabytes: 400 },
      { megabytes: 20, limitMegabytes: 300 },
    ];

// In memory, where that is enough: to make and delete the files would take most of the time.
const parent = !isFull && existsSync(inMemory) ? inMemory : undefined;
let folder = temporaryFolder(parent);
afterEach(() => {
  folder[Symbol.dispose]();
  folder = temporaryFolder(parent);
});
afterAll(() => folder[Symbol.dispose]());

const words = (database: TestDatabase, ...more: string[]) => [
  ...["monitor", "--spool-dir", join(folder.path, "spool"), "--database", database.url],
  ...["--log-format", "json", ...more],
];

async function makeReady(database: TestDatabase): Promise<void> {
  mkdirSync(join(folder.path, "spool"));
  const done = await runIngester(program, ["migrate", "--database", database.url]);
  expect(done.exitCode).toBe(0);
}

/** Runs once; answers how it ended, the peak of its memory and how long it took. */
async function measure(database: TestDatabase, ...more: string[]) {
  const startedMs = performance.now();
  const child = startIngester(program, words(database, "--once", ...more), { env: asAtWork });
  using watched = watchPeak(child.pid);
  const [exitCode, stderr] = await Promise.all([child.exited, new Response(child.stderr).text()]);
  const peak = Math.round(watched.bytes / megabyte);
  return { exitCode, stderr, peak, seconds: (performance.now() - startedMs) / 1_000 };
}

describe.each(kinds.map((kind) => [kind.name, kind] as const))("sizes, on %s", (name, kind) => {
  test.each(sizes)("a submission of $megabytes MB takes bounded memory", async (size) => {
    await using database = await kind.create();
    await makeReady(database);
    const path = join(folder.path, "spool/big.json");
    const tests = writeBigSubmission(path, "big", size.megabytes * megabyte);
    const run = await measure(database);
    console.log(
      `${size.megabytes} MB, ${tests} tests, on ${name}: ${run.peak} MB at the peak, ${run.seconds.toFixed(1)} s`,
    );
    expect(run.stderr).not.toContain("worker_died");
    expect(run.exitCode).toBe(0);
    expect(existsSync(join(folder.path, "spool/archive/big.json"))).toBe(true);
    const [row] = await database.query("select count(*) as n from tests");
    expect(Number(row?.n)).toBe(tests);
    expect(run.peak).toBeLessThan(size.limitMegabytes);
  });
});

/** What the program takes, whatever it does; on top of that comes six times the size of an object. */
const baseMegabytes = isFull ? 70 : 100;
/** Large objects, and how large. */
const objects = families.flatMap((family) =>
  (isFull ? [16, ...(family.isHuge ? [64] : [])] : family.isQuick ? [10] : []).flatMap((size) =>
    kinds.map((kind) => [size, family.title, kind.name, family, kind] as const),
  ),
);

test.each(objects)(
  "%d MB of %s take at most six times that at the peak on %s, and a neighbour goes in",
  async (size, title, name, family, kind) => {
    await using database = await kind.create();
    await makeReady(database);
    const spool = join(folder.path, "spool");
    writeFileSync(join(spool, "full.json"), documentOf(family, size * megabyte));
    writeFileSync(join(spool, "neighbour.json"), submission("neighbour"));
    const run = await measure(database);
    const isIn = existsSync(join(spool, "archive/full.json"));
    const end = isIn
      ? "goes in"
      : JSON.parse(readFileSync(join(spool, "failed/full.json.error"), "utf8")).reason;
    console.log(
      `${size} MB of ${title} on ${name}: ${end}, ${run.peak} MB at the peak, ${run.seconds.toFixed(1)} s`,
    );
    const expected = family.reason ?? "goes in";
    expect(size > 16 ? [expected, "unstorable"] : [expected]).toContain(end);
    expect(run.exitCode).toBe(isIn ? 0 : 1);
    expect(existsSync(join(spool, "archive/neighbour.json"))).toBe(true);
    expect(run.peak).toBeLessThan(baseMegabytes + 6 * size);
  },
);

test("a submission beyond the limit takes no memory and no neighbour", async () => {
  await using database = await sqlite.create();
  await makeReady(database);
  const spool = join(folder.path, "spool");
  // Nobody looks into it, so it may be full of holes.
  writeFileSync(join(spool, "huge.json"), "");
  truncateSync(join(spool, "huge.json"), 513 * megabyte);
  writeFileSync(join(spool, "a.json"), submission("a"));
  const run = await measure(database);
  console.log(`513 MB, beyond the limit: ${run.peak} MB at the peak, ${run.seconds.toFixed(1)} s`);
  expect(run.exitCode).toBe(1);
  expect(readdirSync(join(spool, "archive"))).toEqual(["a.json"]);
  const reason = JSON.parse(readFileSync(join(spool, "failed/huge.json.error"), "utf8"));
  expect(reason.reason).toBe("too-large");
  expect(run.peak).toBeLessThan(250);
});

/** Runs a command with a pipe, which `writer` fills, as its standard input; answers its end, output and peak. */
async function readPipe(writer: string, ...words: string[]) {
  const at = (name: string) => join(folder.path, name);
  Bun.spawnSync(["mkfifo", at("pipe")]);
  const options = { env: { PATH: process.env.PATH, TMPDIR: folder.path }, stderr: "pipe" } as const;
  const writing = Bun.spawn(["sh", "-c", `${writer} > pipe`], { ...options, cwd: folder.path });
  const redirected = `exec "$0" "$@" < ${at("pipe")} > ${at("out")}`;
  const child = Bun.spawn(["sh", "-c", redirected, ...program.command, ...words], options);
  using watched = watchPeak(child.pid);
  const [exitCode, stderr] = await Promise.all([child.exited, new Response(child.stderr).text()]);
  await writing.exited;
  const peak = Math.round(watched.bytes / megabyte);
  return { exitCode, stderr, peak, outBytes: statSync(at("out")).size };
}

const [pipedMegabytes, pipeLimit] = isFull ? [2_048, "512M"] : [64, "32M"];
test.each(["validate", "upgrade"])(
  "%s refuses a pipe by its size once it is beyond the limit, in bounded memory",
  async (command) => {
    const writer = `head -c ${pipedMegabytes * megabyte} /dev/zero`;
    const run = await readPipe(writer, command, "--max-file-size", pipeLimit, "-");
    console.log(`${command} of a pipe of ${pipedMegabytes} MB: ${run.peak} MB at the peak`);
    const out = readFileSync(join(folder.path, "out"), "utf8");
    expect([run.exitCode, `${out}${run.stderr}`]).toEqual([
      1,
      expect.stringContaining("too-large"),
    ]);
    expect(run.peak).toBeLessThan(250);
  },
);

const largeMegabytes = isFull ? 500 : 20;
test.each(["3", "2"])("upgrade of a large pipe, of 5.%s, takes bounded memory", async (minor) => {
  const path = join(folder.path, "big.json");
  writeBigSubmission(path, "big", largeMegabytes * megabyte);
  const head = `head -c 100 big.json | sed 's/"minor":3/"minor":${minor}/'`;
  const run = await readPipe(`{ ${head}; tail -c +101 big.json; }`, "upgrade", "-");
  console.log(`upgrade of ${largeMegabytes} MB of 5.${minor}: ${run.peak} MB at the peak`);
  expect([run.exitCode, run.stderr]).toEqual([0, ""]);
  expect(run.outBytes).toBe(statSync(path).size + 1);
  expect(run.peak).toBeLessThan(300);
});

test(`a spool of ${waitingFiles} files begins soon and takes bounded memory`, async () => {
  await using database = await sqlite.create();
  await makeReady(database);
  const spool = join(folder.path, "spool");
  for (let n = 0; n < waitingFiles; n++)
    writeFileSync(join(spool, `${n}.json`), submission(`w${n}`));
  const startedMs = performance.now();
  const child = startIngester(program, words(database, "--metrics-port", "0"), { env: asAtWork });
  let firstMs = Number.NaN;
  const reading = (async () => {
    let log = "";
    for await (const chunk of child.stderr) {
      log += new TextDecoder().decode(chunk);
      if (Number.isNaN(firstMs) && log.includes("batch_ingested")) {
        firstMs = performance.now() - startedMs;
      }
    }
    return log;
  })();
  await until(() => !Number.isNaN(firstMs), 30_000);
  await Bun.sleep(watchMs);
  const peak = Math.round((peakBytes(child.pid) ?? Number.NaN) / megabyte);
  const stoppingMs = performance.now();
  child.kill("SIGTERM");
  const exitCode = await child.exited;
  const stopMs = performance.now() - stoppingMs;
  const log = await reading;
  const archived = readdirSync(join(spool, "archive")).length;
  console.log(
    `${waitingFiles} files: first commit after ${(firstMs / 1_000).toFixed(1)} s, ${archived} files ingested, ` +
      `${peak} MB at the peak, stopped in ${(stopMs / 1_000).toFixed(1)} s`,
  );
  rmSync(spool, { recursive: true });
  expect(exitCode).toBe(0);
  expect(log).not.toContain("worker_died");
  expect(firstMs).toBeLessThan(firstLimitMs);
  expect(stopMs).toBeLessThan(5_000);
  expect(peak).toBeLessThan(350);
  const [row] = await database.query("select count(*) as n from checkouts");
  expect(Number(row?.n)).toBeGreaterThanOrEqual(archived);
});
