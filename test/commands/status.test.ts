import { expect, test } from "bun:test";
import { existsSync, linkSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { surveyFolder } from "../../src/spool/survey-folder.ts";
import { processorMs } from "../processor-ms.ts";
import { startBlackHole } from "../storage/black-hole.ts";
import { bad, good, spoolWith } from "./spool-with.ts";

test("status counts and ages what waits, failed and was archived, and asks the database", async () => {
  using spool = spoolWith({ "a.json": good(), "b.json": bad(), "c.txt": "" });
  const hourAgo = Date.now() / 1000 - 3600;
  utimesSync(join(spool.path, "a.json"), hourAgo, hourAgo);
  expect(await spool.run("status")).toMatchObject({
    exitCode: 0,
    stderr: "",
    stdout: expect.stringMatching(
      /^spool +\S+\/spool\nservice +not running\nwaiting +2 files, \d+ B, oldest written 1 h ago\nfailed +nothing\narchive +nothing\ndisk +spool, archive, failed, database: \S+ \S+ of \S+ \S+ free .*\nlast ingestion +never\ndatabase +sqlite:kernelci.db: does not exist yet; the service will create it\n$/,
    ),
  });

  expect((await spool.run("monitor", "--once")).exitCode).toBe(1);
  const { stdout } = await spool.run("status", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    spool: spool.path,
    service: { running: false },
    waiting: { files: 0, bytes: 0, oldest: null, newest: null, sampled: false },
    failed: { files: 1, bytes: bad().length },
    archive: { files: 1, bytes: good().length },
    last_ingestion: expect.stringMatching(/^\d{4}-/),
    disks: [{ names: ["spool", "archive", "failed", "database"], room: "enough" }],
    database: { url: "sqlite:kernelci.db", state: "ready" },
  });
});

test("the last ingestion is that of the service, whoever has touched the archive since", async () => {
  using spool = spoolWith({ "a.json": good("a"), "b.json": good("b") });
  const lastIngestion = async () =>
    JSON.parse((await spool.run("status", "--json")).stdout).last_ingestion;
  const before = Date.now();
  await spool.run("monitor", "--once");
  const told = await lastIngestion();
  expect(Date.parse(told)).toBeGreaterThanOrEqual(before - 10);
  await Bun.sleep(20);
  expect((await spool.run("doctor")).exitCode).toBe(0);
  expect(await lastIngestion()).toBe(told);
  // By hand, as gc does it.
  rmSync(join(spool.path, "archive/a.json"));
  expect(await lastIngestion()).toBe(told);
  rmSync(join(spool.path, "archive/b.json"));
  expect(await lastIngestion()).toBe(told);
  writeFileSync(join(spool.path, "bad.json"), bad());
  await spool.run("monitor", "--once");
  expect(await lastIngestion()).toBe(told);
  writeFileSync(join(spool.path, "c.json"), good("c"));
  await spool.run("monitor", "--once");
  expect(Date.parse(await lastIngestion())).toBeGreaterThan(Date.parse(told));
});

test("of a spool without a note of it, the last ingestion is when the archive last changed", async () => {
  using spool = spoolWith({ "archive/a.json": good() });
  const hourAgo = Date.now() / 1000 - 3600;
  utimesSync(join(spool.path, "archive"), hourAgo, hourAgo);
  expect((await spool.run("status")).stdout).toContain("last ingestion  1 h ago");
});

test("a database that cannot be reached is told, and no secret with it", async () => {
  using spool = spoolWith({});
  const url = "postgres://kci:hunter2@127.0.0.1:1/kcidb";
  const { exitCode, stdout } = await spool.run("status", "--json", "--database", url);
  expect([exitCode, JSON.parse(stdout).database.state]).toEqual([0, "unreachable"]);
  expect(stdout).not.toContain("hunter2");
  const text = await spool.run("status", "--database", url);
  expect([text.exitCode, text.stdout]).toEqual([
    0,
    expect.stringMatching(
      /^waiting +nothing\n(?:.*\n)*database +postgres:.*: unreachable: .*; .+$/m,
    ),
  ]);
});

test("a database that does not answer holds up status for two seconds and no longer", async () => {
  using spool = spoolWith({});
  await using hole = await startBlackHole();
  const startedMs = performance.now();
  const url = hole.url.replace("http:", "postgres:");
  const { stdout } = await spool.run("status", "--json", "--database", `${url}/kcidb`);
  expect(JSON.parse(stdout).database.state).toBe("unreachable");
  // Two seconds of patience; the rest is for starting on a busy machine.
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

test("status looks at no database file that is not there, and makes none", async () => {
  using spool = spoolWith({});
  await spool.run("status");
  expect(await Bun.file(join(spool.path, "../kernelci.db")).exists()).toBe(false);
});

test.each([["status"], ["failed list"], ["failed retry"], ["failed show x"], ["gc --failed 7d"]])(
  "a spool that is not there is a mistake, and is not made: %s",
  async (words) => {
    using spool = spoolWith({ file: "" });
    for (const absent of ["absent", "spool/file"]) {
      const run = await spool.run(...words.split(" "), "--spool-dir", absent);
      expect([run.exitCode, run.stdout]).toEqual([73, ""]);
      expect(run.stderr).toContain("there is no spool ");
    }
    expect(existsSync(join(spool.path, "../absent"))).toBe(false);
  },
);

test("a survey counts regular files of the given endings only", () => {
  using spool = spoolWith({
    "x/a.json": "1",
    "x/b.json.zst": "22",
    "x/d.json/e": "",
    "x/f.error": "",
  });
  const survey = surveyFolder(join(spool.path, "x"), [".json", ".json.zst"]);
  expect(survey).toMatchObject({ files: 2, bytes: 3, sampled: false });
});

test("of thirty thousand files a few are looked at, so that a million take less than two seconds", () => {
  using spool = spoolWith({ "x/0.json": "12345" });
  const folder = join(spool.path, "x");
  const files = 30_000;
  for (let n = 1; n < files; n++) linkSync(join(folder, "0.json"), join(folder, `${n}.json`));
  const startedMs = processorMs();
  const survey = surveyFolder(folder, [".json"]);
  const tookMs = processorMs() - startedMs;
  expect(survey).toMatchObject({ files, bytes: 5 * files, sampled: true });
  // Listing grows with the files, 0.5 µs each, looking does not: the slack is for a busy machine.
  expect(tookMs).toBeLessThan(500);
});
