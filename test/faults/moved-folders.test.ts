import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockSpool } from "../../src/spool/lock-spool.ts";
import { sqlite } from "../databases.ts";
import { needsProgram } from "../needs.ts";
import { stayOnDisk } from "../temporary.ts";
import { badText, goodFiles, namesOf, newName, waitForLog } from "./good-files.ts";
import { filesOf } from "./invariants.ts";
import { type RunningService, runService } from "./run-service.ts";
import { type Scene, setScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { until } from "./until.ts";

stayOnDisk();

setDefaultTimeout(60_000);

describe("folders that go while the service runs", () => {
  const scene = setScene(sqlite);
  let s: Scene;
  let service: RunningService;

  beforeAll(async () => {
    s = await scene;
    await s.reset(new Map([["archive/former.json", "{}"]]));
    service = runService(s, { limits: { maxFiles: 4 } }, "--max-workers", "2");
    service.send([["first.json", submission("first")]]);
    await service.settled(["first.json"]);
  });
  afterAll(async () => {
    await service?.[Symbol.asyncDispose]();
    await s?.[Symbol.asyncDispose]();
  });

  test.each(["archive", "failed"])("%s/ is removed: it is made again", async (folder) => {
    rmSync(join(s.spool, folder), { recursive: true });
    const files = goodFiles(3);
    const poor = newName("bad");
    service.send([...files, [poor, badText]]);
    await service.settled(namesOf(files));
    expect(await until(() => existsSync(join(s.spool, "failed", poor)))).toBe(true);
    expect(existsSync(join(s.spool, "failed", `${poor}.error`))).toBe(true);
    for (const [name, text] of files) expect(filesOf(s.spool).get(`archive/${name}`)).toBe(text);
  });

  test.each(["archive", "failed"])("a file is in the place of %s/: files wait", async (folder) => {
    const from = service.log.length;
    const path = join(s.spool, folder);
    // The service may be at work in it, and make it again.
    await until(() => takesPlaceOf(path));
    const files = goodFiles(3);
    const poor = newName("bad");
    service.send([...files, [poor, badText]]);
    await waitForLog(service, '"class":"operator"', from);
    const waiting = folder === "archive" ? namesOf(files) : [poor];
    for (const name of waiting) expect(existsSync(join(s.spool, name))).toBe(true);
    rmSync(path);
    // The service may have been quicker.
    mkdirSync(path, { recursive: true });
    await service.settled(namesOf(files));
    expect(await until(() => existsSync(join(s.spool, "failed", poor)))).toBe(true);
    for (const [name, text] of files) expect(filesOf(s.spool).get(`archive/${name}`)).toBe(text);
  });

  const canLimit = needsProgram("prlimit", "a service that runs out of open files");
  test.if(canLimit)("no file can be opened for a while (EMFILE): files wait for that", async () => {
    const from = service.log.length;
    const limitHandles = (count: number) =>
      spawnSync("prlimit", ["--pid", String(service.pid), `--nofile=${count}:`]);
    const firstFree = () => {
      const open = new Set(readdirSync(`/proc/${service.pid}/fd`).map(Number));
      let free = 3;
      while (open.has(free)) free++;
      return free;
    };
    // The least of many: a handle that is open for a moment only must not count.
    limitHandles(Math.min(...Array.from({ length: 100 }, firstFree)));
    const files = goodFiles(5);
    service.send(files);
    await waitForLog(service, "EMFILE", from);
    expect(service.log.slice(from)).toMatch(/"class":"transient".*EMFILE.*limit on open files/);
    for (const [name] of files) expect(existsSync(join(s.spool, "failed", name))).toBe(false);
    limitHandles(1_024);
    await service.settled(namesOf(files));
    expect(service.log.slice(from)).not.toContain("worker_died");
  });

  test("a spool that another service has taken over is left to it until that ends", async () => {
    const from = service.log.length;
    const [files, more] = [goodFiles(3), goodFiles(3)];
    const gone = `${s.spool}.taken`;
    const anew = `${s.spool}.anew`;
    for (const name of ["", "archive", "failed"]) mkdirSync(join(anew, name));
    {
      using _other = lockSpool(anew);
      renameSync(s.spool, gone);
      renameSync(anew, s.spool);
      await waitForLog(service, "in use by another service", from);
      service.send(files);
      await service.goesOn(4);
      for (const [name] of files) expect(existsSync(join(s.spool, name))).toBe(true);
    }
    service.send(more);
    await service.settled(namesOf([...files, ...more]));
    expect(service.log.slice(from)).not.toContain("file_lost");
    rmSync(gone, { recursive: true });
  });

  test("the spool itself is moved away and made anew: what comes then is ingested", async () => {
    const from = service.log.length;
    const gone = `${s.spool}.gone`;
    renameSync(s.spool, gone);
    await waitForLog(service, "ENOENT", from);
    for (const name of ["", "archive", "failed"])
      mkdirSync(join(s.spool, name), { recursive: true });
    const files = goodFiles(3);
    service.send(files);
    await service.settled(namesOf(files));
    expect(filesOf(s.spool)).toEqual(
      new Map(files.map(([name, text]) => [`archive/${name}`, text])),
    );
    expect(service.log.slice(from)).not.toContain("worker_died");
    // It is the new folder's one service.
    expect(() => lockSpool(s.spool)).toThrow("is in use by another service");
    expect(await service.stop()).toBe(0);
    lockSpool(s.spool)[Symbol.dispose]();
  });
});

/** Puts a file in the place of a folder; false where somebody was quicker. */
function takesPlaceOf(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    writeFileSync(path, "in the way", { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}
