import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { sqlite, type TestKind } from "../databases.ts";
import { needs } from "../needs.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";
import { badText, goodFiles, namesOf, waitForLog } from "./good-files.ts";
import { filesOf } from "./invariants.ts";
import { mountReadOnly, mountRefusal, mountSmallDisk, type SmallDisk } from "./mount.ts";
import { type RunningService, runService } from "./run-service.ts";
import { type Scene, setScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { until } from "./until.ts";

stayOnDisk();

setDefaultTimeout(60_000);

const canMount = needs(
  mountRefusal === undefined,
  "small disks",
  `the right to mount (${mountRefusal})`,
);
const megabyte = 1 << 20;

const underWay = (s: Scene, folder: string) =>
  [...filesOf(s.spool).keys()].filter((path) => path.startsWith(folder));

describe.if(canMount)("small disks", () => {
  const disks: Record<"archive" | "failed" | "database", SmallDisk | undefined> = {
    archive: undefined,
    failed: undefined,
    database: undefined,
  };
  const databaseDisk = temporaryFolder();
  const kind: TestKind = {
    ...sqlite,
    create: async () => {
      const made = await sqlite.create();
      const path = join(databaseDisk.path, "test.db");
      const { Database } = await import("bun:sqlite");
      return {
        ...made,
        url: `sqlite:${path}`,
        async query(text) {
          using db = new Database(path);
          return db.query(text).all() as Record<string, unknown>[];
        },
      };
    },
  };
  let s: Scene;
  let service: RunningService;

  beforeAll(async () => {
    // Its log alone may take 4 MB.
    disks.database = mountSmallDisk(databaseDisk.path, 16 * megabyte);
    s = await setScene(kind);
    mkdirSync(s.spool);
    disks.archive = mountSmallDisk(join(s.spool, "archive"), megabyte);
    disks.failed = mountSmallDisk(join(s.spool, "failed"), megabyte);
    service = runService(s, { limits: { maxFiles: 4 } }, "--max-workers", "2");
    service.send([["first.json", submission("first")]]);
    await service.settled(["first.json"]);
  });

  afterAll(async () => {
    await service?.[Symbol.asyncDispose]();
    for (const disk of Object.values(disks)) disk?.[Symbol.dispose]();
    await s?.[Symbol.asyncDispose]();
    databaseDisk[Symbol.dispose]();
  });

  /** Rows that are there of the files. */
  const stored = async (files: [string, string][]) => {
    const rows = await s.database.query("select id from checkouts");
    const ids = new Set(rows.map((row) => row.id));
    return files.filter(([name]) => ids.has(`faults:${name.replace(".json", "")}-checkout-1`));
  };
  /** Empties the archive of what a test has put there. */
  const tidy = () => {
    for (const path of underWay(s, "archive/")) rmSync(join(s.spool, path));
  };
  const unchanged = (files: [string, string][]) => {
    const there = filesOf(s.spool);
    expect(files.filter(([name, text]) => there.get(`archive/${name}`) !== text)).toEqual([]);
    const parts = readdirSync(join(s.spool, "archive")).filter((name) => name.endsWith(".part"));
    expect(parts).toEqual([]);
  };

  test("a full archive/: files wait where they are, and are moved when there is room", async () => {
    const from = service.log.length;
    disks.archive?.fill(100_000);
    const files = goodFiles(20);
    service.send(files);
    await waitForLog(service, "ENOSPC", from);
    expect(await until(async () => (await stored(files)).length === files.length)).toBe(true);
    await service.goesOn();
    expect(underWay(s, "archive/").length).toBeLessThan(files.length);
    // One may be seen twice, or not, while it is moved.
    await until(() => filesOf(s.spool).size === files.length + 1);
    expect(underWay(s, "failed/")).toEqual([]);
    disks.archive?.free();
    await service.settled(namesOf(files));
    unchanged(files);
    await waitForLog(service, '"event":"recovered"', from);
    tidy();
  });

  test("a full failed/: the refused file waits, and lies beside its whole reason in the end", async () => {
    const from = service.log.length;
    // Room for the reason, not for the file.
    disks.failed?.fill(4_096);
    const files = goodFiles(3);
    service.send([["bad.json", badText]]);
    await waitForLog(service, "ENOSPC", from);
    service.send(files);
    expect(await until(async () => (await stored(files)).length === files.length)).toBe(true);
    expect(existsSync(join(s.spool, "failed/bad.json"))).toBe(false);
    disks.failed?.free();
    expect(await until(() => existsSync(join(s.spool, "failed/bad.json")))).toBe(true);
    await service.settled(namesOf(files));
    const reason = JSON.parse(readFileSync(join(s.spool, "failed/bad.json.error"), "utf8"));
    expect(reason.reason).toBe("invalid");
    expect(filesOf(s.spool).get("failed/bad.json")).toBe(badText);
    expect(readdirSync(join(s.spool, "failed")).sort()).toEqual(["bad.json", "bad.json.error"]);
    expect(service.log.slice(from).match(/submission_refused/g)).toHaveLength(1);
    rmSync(join(s.spool, "failed/bad.json"));
    rmSync(join(s.spool, "failed/bad.json.error"));
    tidy();
  });

  test("a full disk of the database: nothing is archived or refused until there is room", async () => {
    const from = service.log.length;
    disks.database?.fill(0);
    const files = goodFiles(12);
    service.send(files);
    await waitForLog(service, "disk is full", from);
    await service.goesOn();
    const archived = underWay(s, "archive/").map((path) => path.replace("archive/", ""));
    expect(namesOf(await stored(files)).sort()).toEqual(archived.sort());
    expect(archived.length).toBeLessThan(files.length);
    expect(underWay(s, "failed/")).toEqual([]);
    disks.database?.free();
    await service.settled(namesOf(files));
    unchanged(files);
    expect(await stored(files)).toHaveLength(files.length);
    tidy();
  });

  test("an archive/ that is read-only for a while: the operator is told, all goes on after", async () => {
    const from = service.log.length;
    disks.archive?.setReadOnly(true);
    const files = goodFiles(6);
    service.send(files);
    await waitForLog(service, "EROFS", from);
    expect(service.log.slice(from)).toMatch(/"class":"operator".*EROFS.*read-only/);
    expect(underWay(s, "failed/")).toEqual([]);
    expect(filesOf(s.spool).size).toBe(files.length);
    disks.archive?.setReadOnly(false);
    await service.settled(namesOf(files));
    unchanged(files);
    tidy();
  });

  test("no worker has died of all that, and a stop is clean", async () => {
    expect(service.log).not.toContain("worker_died");
    expect(await service.stop()).toBe(0);
  });

  test("a spool that is read-only ends the start with exit 73 and what to mend", async () => {
    using source = temporaryFolder();
    using target = temporaryFolder();
    for (const name of ["archive", "failed"]) mkdirSync(join(source.path, name));
    using _mount = mountReadOnly(source.path, target.path);
    const run = await s.run({}, "--once", "--spool-dir", target.path);
    expect(run.exitCode).toBe(73);
    expect(run.stderr).toMatch(/"start_failed".*EROFS.*the file system is read-only/);
  });
});
