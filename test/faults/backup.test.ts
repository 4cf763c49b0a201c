import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { sqlite } from "../databases.ts";
import { asAtWork } from "../e2e/run-ingester.ts";
import { runService } from "./run-service.ts";
import { setScene } from "./scene.ts";
import { faultyProgram } from "./start-faulty.ts";
import { submission } from "./submissions.ts";
import { isFull } from "./sweep.ts";
import { until } from "./until.ts";

setDefaultTimeout(120_000);

/** So many files wait at any time. */
const aheadFiles = 100;

function idsIn(path: string): Set<string> {
  using db = new Database(path, { readonly: true });
  const rows = db.query("select id from tests").values() as [string][];
  return new Set(rows.map(([id]) => id));
}

function soundnessOf(path: string): unknown {
  using db = new Database(path, { readonly: true });
  return db.query("pragma integrity_check").values();
}

test("a backup under full load is whole, has every row that was committed before, and holds up nobody", async () => {
  await using scene = await setScene(sqlite);
  await scene.reset(new Map([["first.json", submission("first")]]));
  const path = scene.database.url.replace("sqlite:", "");
  const program = await faultyProgram(dirname(path));
  await using service = runService(scene, { env: asAtWork }, "--max-workers", "2");
  await service.settled(["first.json"]);
  let sent = 0;
  const sendSome = () => {
    service.send(Array.from({ length: 20 }, () => [`f${sent}.json`, submission(`f${sent++}`, 50)]));
  };
  using looking = new Database(path, { readonly: true });
  const count = looking.query<{ n: number }, []>("select count(*) as n from tests");
  const stored = () => count.get()?.n ?? 0;
  /** Sends more than the service has under way, so that it is never without work. */
  const keepBusy = async (goesOn: (rows: number) => boolean) => {
    for (let rows = stored(); goesOn(rows); rows = stored()) {
      if (sent * 50 - rows < aheadFiles * 50) sendSome();
      await Bun.sleep(2);
    }
  };
  const files: string[] = [];
  for (let round = 0; round < (isFull ? 50 : 5); round++) {
    const enough = stored() + 500;
    await keepBusy((rows) => rows < enough);
    sendSome();
    const before = idsIn(path);
    const file = join(dirname(path), `copy-${round}.db`);
    let isRunning = true;
    const backup = program
      .run({}, "backup", file, "--database", `sqlite:${path}`)
      .finally(() => (isRunning = false));
    await keepBusy(() => isRunning);
    const { exitCode, stderr } = await backup;
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(soundnessOf(file)).toEqual([["ok"]]);
    const copied = idsIn(file);
    expect([...before].filter((id) => !copied.has(id))).toEqual([]);
    files.push(file);
  }
  await service.settled(
    Array.from({ length: sent }, (_, at) => `f${at}.json`),
    60_000,
  );
  expect(service.log).not.toContain('"event":"fault"');
  expect(await service.stop()).toBe(0);
  expect(idsIn(path).size).toBe(sent * 50 + 1);
  // No backup got rows of one file without the others.
  for (const file of files) expect((idsIn(file).size - 1) % 50).toBe(0);
});

test("a kill at any step leaves no backup, or a whole one, and the next one clears up", async () => {
  await using scene = await setScene(sqlite);
  await scene.reset(new Map([["a.json", submission("a", 500)]]));
  expect((await scene.run({}, "--once")).exitCode).toBe(0);
  const path = scene.database.url.replace("sqlite:", "");
  const program = await faultyProgram(dirname(path));
  const file = join(dirname(path), "copy.db");
  const words = ["backup", file, "--database", `sqlite:${path}`];
  const { steps } = await program.run({}, ...words);
  expect(steps).toBeGreaterThan(20);
  const stride = isFull ? 1 : Math.floor(steps / 10);
  let kills = 0;
  for (let at = 1; at <= steps; at += stride) {
    rmSync(file, { force: true });
    const run = await program.run({ at, what: "SIGKILL" }, ...words);
    if (run.steps >= at) kills++;
    if (existsSync(file)) expect(soundnessOf(file)).toEqual([["ok"]]);
    const again = await program.run({}, ...words, "--force");
    expect([again.exitCode, again.stderr]).toEqual([0, ""]);
    expect(idsIn(file).size).toBe(500);
    expect(readdirSync(dirname(path)).filter((name) => name.endsWith(".part"))).toEqual([]);
  }
  expect(kills).toBeGreaterThan(7);
});

test("a kill in the midst of the copy leaves the former backup as it was", async () => {
  await using scene = await setScene(sqlite);
  await scene.reset(new Map([["a.json", submission("a", 100)]]));
  await scene.run({}, "--once");
  const path = scene.database.url.replace("sqlite:", "");
  const program = await faultyProgram(dirname(path));
  const file = join(dirname(path), "copy.db");
  const words = ["backup", file, "--database", `sqlite:${path}`, "--force"];
  await program.run({}, ...words);
  {
    using db = new Database(path);
    db.run(
      "create table ballast as with recursive n(i) as (select 1 union all select i + 1 from n where i < 40000) select i, zeroblob(4000) as b from n",
    );
  }
  const partSize = () => {
    const part = readdirSync(dirname(path)).find((name) => name.endsWith(".part"));
    return part ? (statSync(join(dirname(path), part), { throwIfNoEntry: false })?.size ?? 0) : 0;
  };
  const child = program.start({}, ...words);
  await until(() => partSize() > 1_000_000);
  child.kill("SIGKILL");
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  expect(partSize()).toBeGreaterThan(1_000_000);
  expect(idsIn(file).size).toBe(100);
  expect((await program.run({}, ...words)).exitCode).toBe(0);
  expect([partSize(), statSync(file).size > 160_000_000]).toEqual([0, true]);
});
