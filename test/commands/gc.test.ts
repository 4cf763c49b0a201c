import { expect, test } from "bun:test";
import { readdirSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { collectGarbage } from "../../src/spool/collect-garbage.ts";
import { spoolWith } from "./spool-with.ts";

const files = {
  "waiting.json": "1",
  "failed/old.json": "1",
  "failed/old.json.error": "1",
  "failed/orphan.json.error": "1",
  "failed/note.txt": "1",
  "archive/a.json": "12",
  "archive/b.json.zst": "3",
};

test("gc deletes what is old enough, each reason with its file, and nothing else", async () => {
  using spool = spoolWith(files);
  symlinkSync("/etc/passwd", join(spool.path, "failed/link.json"));
  const { exitCode, stdout } = await spool.runLater("gc", "--failed", "59m", "--archive", "59m");
  expect([exitCode, stdout]).toEqual([
    0,
    "failed: deleted 1 (1 B), 0 kept\narchive: deleted 2 (3 B), 0 kept\n",
  ]);
  expect(readdirSync(join(spool.path, "failed")).sort()).toEqual(["link.json", "note.txt"]);
  expect(readdirSync(join(spool.path, "archive"))).toEqual([]);
  expect(readdirSync(spool.path)).toContain("waiting.json");
});

test("what is younger stays, however old its bytes are", async () => {
  using spool = spoolWith(files);
  // Written long ago, and moved here just now.
  utimesSync(join(spool.path, "failed/old.json"), 1, 1);
  const { stdout } = await spool.run("gc", "--failed", "1h", "--json");
  expect(JSON.parse(stdout)).toEqual({ dry_run: false, failed: { files: 0, bytes: 0, kept: 1 } });
  expect(readdirSync(join(spool.path, "failed"))).toHaveLength(4);
  const archive = join(spool.path, "archive");
  const options = { endings: [".json"], beforeMs: Date.now() + 60_000, dryRun: false };
  expect(collectGarbage(archive, options)).toEqual({ files: 1, bytes: 2, kept: 0 });
  expect(readdirSync(archive)).toEqual(["b.json.zst"]);
});

test("a dry run names what would go, and deletes nothing", async () => {
  using spool = spoolWith(files);
  const { stdout } = await spool.runLater("gc", "--failed", "59m", "--dry-run");
  expect(stdout).toBe("would delete  failed/old.json\nfailed: would delete 1 (1 B), 0 kept\n");
  const both = ["--failed", "59m", "--archive", "59m", "--dry-run", "--json"];
  const report = JSON.parse((await spool.runLater("gc", ...both)).stdout);
  expect(report).toEqual({
    dry_run: true,
    failed: { files: 1, bytes: 1, kept: 0, names: ["old.json"] },
    archive: { files: 2, bytes: 3, kept: 0, names: expect.any(Array) },
  });
  expect(report.archive.names.sort()).toEqual(["a.json", "b.json.zst"]);
  expect(readdirSync(join(spool.path, "failed"))).toHaveLength(4);
});

test("gc without an age, or with a wrong one, is a mistake of use", async () => {
  using spool = spoolWith(files);
  expect(await spool.run("gc")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("expected --failed AGE, --archive AGE or both, got neither"),
  });
  expect(await spool.run("gc", "--failed", "7")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--failed: expected an age such as 12h, 7d or 1y, got "7"'),
  });
});
