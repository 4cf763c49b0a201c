import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "../databases.ts";
import { openStore } from "../store/prepared-store.ts";
import { filesOf } from "./invariants.ts";
import { runService } from "./run-service.ts";
import { type Scene, setScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { holdsWithin, until } from "./until.ts";

setDefaultTimeout(90_000);

const bad = (at: number) => `bad-${String(at).padStart(4, "0")}`;
const good = (at: number) => `good-${String(at).padStart(4, "0")}`;
const range = (count: number, name: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => name(at));

describe.each(kinds)("files that a rule of the owner of a $name refuses", (kind) => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await setScene(kind);
  });
  afterAll(async () => scene?.[Symbol.asyncDispose]());

  /** Fills the spool with files, oldest first, and lets the database refuse those named `bad-…`. */
  async function fill(names: readonly string[]): Promise<void> {
    await scene.reset(new Map(names.map((name) => [`${name}.json`, submission(name)])));
    await forbid(true);
  }

  async function forbid(yes: boolean): Promise<void> {
    if (kind.name === "Postgres") {
      await scene.database.query("alter table checkouts drop constraint if exists owners");
      if (!yes) return;
      await scene.database.query(
        "alter table checkouts add constraint owners check (id not like '%:bad-%') not valid",
      );
    } else if (yes) {
      // The file is made when the service begins.
      await using store = await openStore(scene.database.url);
      await store.migrate();
      await scene.database.query(`create trigger owners before insert on checkouts when new.id like '%:bad-%'
        begin select raise(abort, 'the owner does not want it'); end`);
    } else await scene.database.query("drop trigger owners");
  }

  const inFolder = (folder: string) =>
    [...filesOf(scene.spool).keys()]
      .filter((path) => path.startsWith(`${folder}/`) && path.endsWith(".json"))
      .map((path) => path.slice(folder.length + 1, -".json".length))
      .sort();

  test("10 among 990 are refused alone, and all others go in", async () => {
    const names = range(1_000, (at) => (at % 100 === 37 ? bad(at) : good(at)));
    await fill(names);
    const { exitCode, stderr } = await scene.run({}, "--once");
    expect(inFolder("failed")).toEqual(names.filter((name) => name.startsWith("bad")).sort());
    expect(inFolder("archive")).toHaveLength(990);
    if (exitCode !== 1) throw new Error(stderr.slice(-2_000));
  });

  test("50 in a row come before the others: they are refused, the others go in", async () => {
    await fill([...range(50, bad), ...range(200, good)]);
    const { exitCode, stderr } = await scene.run({}, "--once");
    if (exitCode !== 1) throw new Error(stderr.slice(-2_000));
    expect([inFolder("failed"), inFolder("archive")]).toEqual([range(50, bad), range(200, good)]);
  });

  test("50 in a row hold up the others only for a while when each has a batch of its own", async () => {
    await scene.reset(new Map([["archive/former.json", "{}"]]));
    await forbid(true);
    const plan = { limits: { maxFiles: 8 } };
    await using service = runService(scene, plan, "--max-workers", "2");
    service.send(range(50, bad).map((name) => [`${name}.json`, submission(name)]));
    expect(await until(() => service.log.includes('"event":"fault"'))).toBe(true);
    expect(inFolder("failed")).toEqual([]);
    service.send(range(20, good).map((name) => [`${name}.json`, submission(name)]));
    await service.settled(
      range(20, good).map((name) => `${name}.json`),
      60_000,
    );
    // Each good one that goes in shows whose matter the refusals before it were.
    for (let at = 20; at < 40 && inFolder("failed").length < 50; at++) {
      service.send([[`${good(at)}.json`, submission(good(at))]]);
      await service.settled([`${good(at)}.json`], 60_000);
      await holdsWithin(() => inFolder("failed").length === 50, 1_000);
    }
    expect(inFolder("failed")).toEqual(range(50, bad));
  });

  test("a single one in the spool is refused", async () => {
    await fill([bad(1)]);
    const { exitCode, stderr } = await scene.run({}, "--once");
    if (exitCode !== 1) throw new Error(stderr.slice(-2_000));
    expect(inFolder("failed")).toEqual([bad(1)]);
  });

  test("where there are no others they stay, the owner is told once, and they go in when it is mended", async () => {
    const names = range(300, bad);
    await fill(names);
    await using service = runService(scene, {});
    expect(await until(() => service.log.includes('"event":"fault"'))).toBe(true);
    const once = await scene.run({}, "--once");
    // The spool is the service's.
    expect(once.exitCode).toBe(73);
    expect(inFolder("failed")).toEqual([]);
    expect(service.log.split('"event":"fault"')).toHaveLength(2);
    await forbid(false);
    await service.settled(
      names.map((name) => `${name}.json`),
      60_000,
    );
    expect(existsSync(join(scene.spool, "failed", `${bad(1)}.json`))).toBe(false);
  });

  test("with --once, where there are no others, the program ends with 78 and leaves them", async () => {
    await fill(range(20, bad));
    const { exitCode, stderr } = await scene.run({ limits: { patienceMs: 1_500 } }, "--once");
    expect(exitCode).toBe(78);
    expect(stderr).toContain("change or drop");
    expect([inFolder("failed"), inFolder("archive")]).toEqual([[], []]);
    const left = [...filesOf(scene.spool).keys()].filter((path) => path.startsWith("bad-"));
    expect(left).toHaveLength(20);
  });
});
