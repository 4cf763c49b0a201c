import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { kinds, sqlite } from "../databases.ts";
import { filesOf } from "./invariants.ts";
import { runService } from "./run-service.ts";
import { type Scene, setScene, sharedScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { until } from "./until.ts";

setDefaultTimeout(60_000);

const backlog = new Map(
  Array.from({ length: 1_000 }, (_, n) => [`${n}.json`, submission(`s${n}`, 5)] as const),
);
const limits = { maxFiles: 20 };

/** Longer than a worker may be silent here. */
const frozenMs = 400;

/** Whether all threads of a process stand still; elsewhere than on Linux nobody says. */
function isFrozen(pid: number): boolean {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return true;
  const states = readdirSync(tasks).map((task) =>
    readFileSync(join(tasks, task, "stat"), "latin1").replace(/.*\) (.).*/s, "$1"),
  );
  return states.every((state) => state === "T");
}

const archivedIn = ({ spool }: Scene) =>
  existsSync(join(spool, "archive")) ? readdirSync(join(spool, "archive")).length : 0;

describe.each(kinds.map((kind) => [kind.name, kind] as const))("signals, on %s", (_name, kind) => {
  const scene = sharedScene(kind);

  test("flaw 8: SIGTERM in a backlog ends the service within 5 s; the next goes on", async () => {
    const s = await scene;
    await s.reset(backlog);
    for (const after of [1, 100, 200]) {
      const child = s.start({ limits }, "--max-workers", "3");
      await until(() => archivedIn(s) >= after);
      const atMs = performance.now();
      child.kill(after === 100 ? "SIGINT" : "SIGTERM");
      expect(await child.exited).toBe(0);
      expect(performance.now() - atMs).toBeLessThan(5_000);
      expect(filesOf(s.spool).size).toBe(backlog.size);
      expect(archivedIn(s)).toBeLessThan(backlog.size);
    }
    expect(await s.run({}, "--once")).toMatchObject({ exitCode: 0 });
    expect(archivedIn(s)).toBe(backlog.size);
    const [row] = await s.database.query("select count(*) as n from tests");
    expect(Number(row?.n)).toBe(5 * backlog.size);
  });

  test("a stop is heard while a whole batch of refused files is on its way to failed/", async () => {
    const s = await scene;
    const names = Array.from({ length: 500 }, (_, n) => `${n}.json`);
    await s.reset(new Map(names.map((name) => [name, "[]"])));
    await using service = runService(s, {});
    const left = () => readdirSync(s.spool).filter((name) => name.endsWith(".json")).length;
    await until(() => service.log.includes("submission_refused"), 20_000);
    const stopped = service.stop();
    await until(() => service.log.includes("service_stopping"), 20_000);
    expect(left()).toBeGreaterThan(0);
    expect(await stopped).toBe(0);
    await s.run({}, "--once");
    expect(left()).toBe(0);
    expect(readdirSync(join(s.spool, "failed"))).toHaveLength(2 * names.length);
  });

  test("a service that was frozen goes on where it stood", async () => {
    const s = await scene;
    await s.reset(backlog);
    const child = s.start({ limits }, "--once", "--max-workers", "2");
    await until(() => archivedIn(s) > 0);
    child.kill("SIGSTOP");
    await until(() => isFrozen(child.pid));
    const before = archivedIn(s);
    expect(before).toBeLessThan(backlog.size);
    await Bun.sleep(frozenMs);
    expect(archivedIn(s)).toBe(before);
    child.kill("SIGCONT");
    expect(await child.exited).toBe(0);
    expect(archivedIn(s)).toBe(backlog.size);
  });
});

test("a second signal ends the program at once", async () => {
  await using s = await setScene(sqlite);
  const poison = { mark: "hang-here", does: "hang" } as const;
  await s.reset(new Map([["a.json", submission("a", 1, { comment: "hang-here" })]]));
  await using service = runService(s, { poison }, "--max-workers", "1");
  await until(() => existsSync(join(s.spool, ".kci-ingester.in-hand")));
  process.kill(service.pid, "SIGTERM");
  await until(() => service.log.includes("service_stopping"));
  const atMs = performance.now();
  process.kill(service.pid, "SIGTERM");
  expect(await service.exited).toBe(143);
  expect(performance.now() - atMs).toBeLessThan(1_000);
});

test("a stop while another program holds the SQLite file takes less than 5 s", async () => {
  await using s = await setScene(sqlite);
  await s.reset(new Map([["a.json", submission("held")]]));
  using holder = new Database(s.database.url.replace("sqlite:", ""), { create: true });
  holder.run("pragma journal_mode = wal");
  holder.run("begin immediate");
  await using service = runService(s, {});
  await until(() => service.log.includes("service_started"));
  await service.goesOn(1);
  const atMs = performance.now();
  expect(await service.stop()).toBe(0);
  expect(performance.now() - atMs).toBeLessThan(5_000);
  holder.run("rollback");
  expect(await s.run({}, "--once")).toMatchObject({ exitCode: 0 });
});
