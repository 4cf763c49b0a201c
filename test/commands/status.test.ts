import { expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { surveyFolder } from "../../src/spool/survey-folder.ts";
import { bad, good, spoolWith } from "./spool-with.ts";

test("status counts and ages what waits, failed and was archived, and asks the database", async () => {
  using spool = spoolWith({ "a.json": good(), "b.json": bad(), "c.txt": "" });
  const hourAgo = Date.now() / 1000 - 3600;
  utimesSync(join(spool.path, "a.json"), hourAgo, hourAgo);
  expect(await spool.run("status")).toMatchObject({
    exitCode: 0,
    stderr: "",
    stdout: expect.stringMatching(
      /^spool +\S+\/spool\nwaiting +2 files, \d+ B, oldest written 1 h ago\nfailed +nothing\narchive +nothing\nlast ingestion +never\ndatabase +sqlite:kernelci.db: no such file yet; the service makes it\n$/,
    ),
  });

  expect((await spool.run("monitor", "--once")).exitCode).toBe(1);
  const { stdout } = await spool.run("status", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    spool: spool.path,
    waiting: { files: 0, bytes: 0, oldest: null, newest: null, sampled: false },
    failed: { files: 1, bytes: bad().length },
    archive: { files: 1, bytes: good().length },
    last_ingestion: expect.stringMatching(/^\d{4}-/),
    database: { url: "sqlite:kernelci.db", state: "ready" },
  });
});

test("a database that cannot be reached is told, and no secret with it", async () => {
  using spool = spoolWith({});
  const url = "postgres://kci:hunter2@127.0.0.1:1/kcidb";
  const { exitCode, stdout } = await spool.run("status", "--json", "--database", url);
  expect([exitCode, JSON.parse(stdout).database.state]).toEqual([0, "unreachable"]);
  expect(stdout).not.toContain("hunter2");
});

test("status looks at no database file that is not there, and makes none", async () => {
  using spool = spoolWith({});
  await spool.run("status");
  expect(await Bun.file(join(spool.path, "../kernelci.db")).exists()).toBe(false);
});

test("a spool that is not there is a mistake, and is not made", async () => {
  using spool = spoolWith({});
  const { exitCode, stderr } = await spool.run("status", "--spool-dir", "absent");
  expect(exitCode).toBe(73);
  expect(stderr).toContain("there is no spool ");
});

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
