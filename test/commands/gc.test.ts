import { expect, spyOn, test } from "bun:test";
import {
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { collectGarbage } from "../../src/spool/collect-garbage.ts";
import { spoolFault } from "../../src/spool/fault.ts";
import { HeldFolder } from "../../src/spool/held-folder.ts";
import { good, spoolWith } from "./spool-with.ts";

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
  const { exitCode, stdout } = await spool.runLater("gc", "--failed", "1h", "--archive", "1h");
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
  expect(JSON.parse(stdout)).toEqual({
    json_version: 1,
    dry_run: false,
    failed: { files: 0, bytes: 0, kept: 1, left: 0 },
  });
  expect(readdirSync(join(spool.path, "failed"))).toHaveLength(4);
  const archive = join(spool.path, "archive");
  const options = { endings: [".json"], beforeMs: Date.now() + 60_000, dryRun: false };
  expect(collectGarbage(archive, options)).toEqual({ files: 1, bytes: 2, kept: 0, left: 0 });
  expect(readdirSync(archive)).toEqual(["b.json.zst"]);
});

test("a file of a time that is still to come is as old as it has lain there", async () => {
  using spool = spoolWith(files);
  for (const name of ["archive/a.json", "failed/old.json"])
    utimesSync(join(spool.path, name), 4e9, 4e9);
  const { stdout } = await spool.runDaysLater(3, "gc", "--failed", "1d", "--pack", "1d");
  expect(stdout).toMatch(/^failed: deleted 1 .*, 0 kept\narchive: packed 2 .*, 0 kept\n$/);
});

test("what cannot be deleted is told, and keeps nothing else from being deleted", async () => {
  using spool = spoolWith(files);
  mkdirSync(join(spool.path, "archive/packed"));
  const folder = join(spool.path, "failed");
  const real = HeldFolder.prototype.remove;
  const remove = spyOn(HeldFolder.prototype, "remove").mockImplementation(function (
    this: HeldFolder,
    name,
  ) {
    if (name === "old.json") throw spoolFault({ code: "EPERM" }, "delete", name);
    real.call(this, name);
  });
  try {
    const options = { endings: [".json"], beforeMs: Date.now() + 60_000, dryRun: false };
    writeFileSync(join(folder, "other.json"), "{}");
    const { fault, ...done } = collectGarbage(folder, options);
    expect([done, fault?.code]).toEqual([{ files: 1, bytes: 2, kept: 0, left: 1 }, "EPERM"]);
  } finally {
    remove.mockRestore();
  }
  // The reason of what is left stays with it.
  expect(readdirSync(folder).sort()).toEqual(["note.txt", "old.json", "old.json.error"]);
});

test("where one folder cannot be used, the others are looked after, and all is told", async () => {
  using spool = spoolWith(files);
  rmSync(join(spool.path, "failed"), { recursive: true });
  writeFileSync(join(spool.path, "failed"), "no folder");
  const words = ["gc", "--failed", "1h", "--archive", "1h", "--json"];
  const { exitCode, stdout, stderr } = await spool.runLater(...words);
  expect(JSON.parse(stdout)).toMatchObject({ failed: { files: 0 }, archive: { files: 2 } });
  expect([exitCode, stderr]).toEqual([73, expect.stringContaining("cannot open the folder")]);
});

test("a dry run names what would go, and deletes nothing", async () => {
  using spool = spoolWith(files);
  const { stdout } = await spool.runLater("gc", "--failed", "1h", "--dry-run");
  expect(stdout).toBe("would delete  failed/old.json\nfailed: would delete 1 (1 B), 0 kept\n");
  const both = ["--failed", "1h", "--archive", "1h", "--dry-run", "--json"];
  const report = JSON.parse((await spool.runLater("gc", ...both)).stdout);
  expect(report).toEqual({
    json_version: 1,
    dry_run: true,
    failed: { files: 1, bytes: 1, kept: 0, left: 0, names: ["old.json"] },
    archive: { files: 2, bytes: 3, kept: 0, left: 0, names: expect.any(Array) },
    packs: { packs: 0, files: 0, bytes: 0, kept: 0, left: 0, names: [] },
  });
  expect(report.archive.names.sort()).toEqual(["a.json", "b.json.zst"]);
  expect(readdirSync(join(spool.path, "failed"))).toHaveLength(4);
});

test("gc without an age, or with a wrong one, is a mistake of use", async () => {
  using spool = spoolWith(files);
  expect(await spool.run("gc")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(
      "expected --failed AGE, --archive AGE, --pack AGE or several, got none",
    ),
  });
  expect(await spool.run("gc", "--failed", "7")).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(
      '--failed: expected hours, days, weeks or years, such as 12h, 7d, 2w or 1y, got "7"',
    ),
  });
  for (const flag of ["--failed", "--archive", "--pack"]) {
    expect(await spool.runLater("gc", flag, "1m", "--dry-run")).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringMatching(
        /got "1m"\n {2}hint: m could mean minutes or months: write 30d for a month\n$/,
      ),
    });
  }
});

const packs = (spool: { path: string }) => readdirSync(join(spool.path, "archive/packed"));

test("gc --pack puts whole days into packs, which status and failed show find, and gc --archive deletes", async () => {
  using spool = spoolWith(files);
  const today = new Date().toISOString().slice(0, 10);
  const young = await spool.runLater("gc", "--pack", "1d");
  expect(young.stdout).toBe("archive: packed 0 (0 B), 2 kept\n");
  const dry = await spool.runDaysLater(3, "gc", "--pack", "1d", "--dry-run");
  expect(dry.stdout).toContain("would pack  archive/a.json\n");
  expect(dry.stdout).toEndWith("archive: would pack 2 (3 B), 0 kept\n");
  const { exitCode, stdout } = await spool.runDaysLater(3, "gc", "--pack", "1d");
  expect([exitCode, stdout]).toEqual([
    0,
    `archive: packed 2 (3 B) into ${today}.tar.zst, 0 kept\n`,
  ]);
  expect(readdirSync(join(spool.path, "archive"))).toEqual(["packed"]);

  const status = await spool.run("status");
  expect(status.stdout).toMatch(
    new RegExp(`^packed +2 files, 3 B in 1 pack of \\d+ B, the oldest of ${today}$`, "m"),
  );
  const { packed } = JSON.parse((await spool.run("status", "--json")).stdout);
  expect(packed).toMatchObject({ files: 2, bytes: 3, packs: 1, oldest: today, newest: today });
  const shown = await spool.run("failed", "show", "a.json");
  expect([shown.exitCode, shown.stdout]).toEqual([
    0,
    `ingested  a.json: not refused; it is in archive/packed/${today}.tar.zst (2 B)\n` +
      `  to print it: tar --zstd -xOf ${spool.path}/archive/packed/${today}.tar.zst a.json\n`,
  ]);
  const json = await spool.run("failed", "show", "b.json", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    file: "b.json.zst",
    archived: `archive/packed/${today}.tar.zst`,
  });
  expect((await spool.run("failed", "show", "c.json")).exitCode).toBe(2);

  const kept = await spool.runDaysLater(3, "gc", "--archive", "4d");
  expect(kept.stdout).toEndWith("archive/packed: deleted 0 packs of 0 (0 B), 1 kept\n");
  const gone = await spool.runDaysLater(6, "gc", "--archive", "4d");
  expect(gone.stdout).toEndWith("archive/packed: deleted 1 pack of 2 (3 B), 0 kept\n");
  expect(packs(spool)).toEqual([]);
});

test("failed show says of what lies in archive/ that it was ingested", async () => {
  using spool = spoolWith(files);
  expect((await spool.run("failed", "show", "archive/a.json")).stdout).toBe(
    "ingested  a.json: not refused; it is in archive (2 B)\n",
  );
});

test("what is in the place of the packs is told by status, and keeps it from nothing else", async () => {
  using spool = spoolWith({ "a.json": good(), "archive/packed": "no folder" });
  const { exitCode, stdout, stderr } = await spool.run("status");
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^waiting +1 file, /m);
  expect(stdout).toMatch(/^packed +cannot open the folder \S+\/archive\/packed: ENOTDIR$/m);
  const { packed, waiting } = JSON.parse((await spool.run("status", "--json")).stdout);
  expect([packed.packs, packed.trouble, waiting.files]).toEqual([
    0,
    expect.stringContaining("ENOTDIR"),
    1,
  ]);
});

test("a command for a shell is told only where it takes the names as they are", async () => {
  using spool = spoolWith(files);
  await spool.runDaysLater(3, "gc", "--pack", "1d");
  const odd = join(spool.path, "../the spool; true");
  renameSync(spool.path, odd);
  const { stdout } = await spool.run("failed", "show", "a.json", "--spool-dir", odd);
  expect(stdout).toMatch(/^ingested {2}a\.json: .* \(2 B\)\n$/);
});
