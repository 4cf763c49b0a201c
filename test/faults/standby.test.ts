import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { kinds, sqlite } from "../databases.ts";
import { compiled } from "../e2e/binary.ts";
import { runIngester } from "../e2e/run-ingester.ts";
import { standbyStage, takeoverMs } from "./standby-stage.ts";
import { isFull } from "./sweep.ts";
import { until } from "./until.ts";

setDefaultTimeout(120_000);

/** How many on SQLite always. */
const manyKills = 20;

test.each(kinds)(
  "of two services the second goes on when the first is killed, again and again, and nothing is lost or doubled: $name",
  async (kind) => {
    await using database = await kind.create();
    if (kind.name === "Postgres") {
      const { exitCode } = await migrate(database.url);
      expect(exitCode).toBe(0);
    }
    const kills = isFull || kind.name === "SQLite" ? manyKills : manyKills / 4;
    using s = await standbyStage(database);
    const names: string[] = [];
    const send = () => {
      const name = `n${names.length}`;
      names.push(name);
      s.send(name);
    };
    // In the middle of a batch, at its end, and while nothing is in hand.
    const sending = setInterval(send, 7);
    using _sending = { [Symbol.dispose]: () => clearInterval(sending) };
    let holder = s.start();
    await until(
      () => holder.holds && s.archived().length > 0,
      20_000,
      () => holder.log,
    );
    const gapsMs: number[] = [];
    for (let round = 0; round < kills; round++) {
      await using gone = holder;
      const standby = s.start();
      await standby.untilItStandsBy();
      gone.signal("SIGKILL");
      await gone.exited;
      const killedMs = performance.now();
      const next = `${names.length}`;
      const isLater = (file: string) => Number(/^n(\d+)\.json$/.exec(file)?.[1]) >= Number(next);
      await until(
        () => s.archived().some(isLater),
        20_000,
        () => standby.log,
      );
      gapsMs.push(performance.now() - killedMs);
      holder = standby;
    }
    clearInterval(sending);
    await using last = holder;
    const isAllArchived = () => s.archived().length >= names.length;
    await until(isAllArchived, 60_000, () => `${readdirSync(s.spool)}\n${last.log}`);
    const longest = Math.round(Math.max(...gapsMs));
    console.log(`${kind.name}: ${kills} kills, ${names.length} files, longest gap ${longest} ms`);
    expect(longest).toBeLessThan(takeoverMs);
    expect(s.archived().sort()).toEqual(names.map((name) => `${name}.json`).sort());
    expect(readdirSync(join(s.spool, "failed"))).toEqual([]);
    for (const table of ["checkouts", "builds", "tests", "issues", "incidents"]) {
      const [row] = await database.query(`select count(*) as count from ${table}`);
      expect([table, Number(row?.count)]).toEqual([table, names.length]);
    }
  },
);

async function migrate(url: string) {
  return runIngester(await compiled(), ["migrate", "--database", url]);
}

test("a service that stands by is alive, not ready, seen by status, and ends when it is told to", async () => {
  await using database = await sqlite.create();
  using s = await standbyStage(database);
  await using holder = s.start();
  await holder.untilItHolds();
  await using standby = s.start();
  await standby.untilItStandsBy();
  expect(await standby.ask("/health")).toEqual({ status: 200, text: "alive\n" });
  expect(await standby.ask("/ready")).toEqual({
    status: 503,
    text: expect.stringMatching(
      /^not ready: standby: the spool .* is in use by another service: process \d+ on /,
    ),
  });
  expect((await standby.ask("/metrics"))?.text).toContain("kcidb_ingester_standby 1");
  expect((await standby.ask("/"))?.status).toBe(200);
  await until(async () => (await holder.ask("/ready"))?.status === 200);
  expect((await holder.ask("/metrics"))?.text).toContain("kcidb_ingester_standby 0");
  const status = await s.run("status", "--database", database.url);
  expect(status.stdout).toMatch(/^standby +process \d+ on \S+ since \d{4}-/m);
  const { standbys } = JSON.parse((await s.run("status", "--json")).stdout);
  expect(standbys).toEqual([
    { pid: expect.any(Number), host: expect.any(String), since: expect.any(String) },
  ]);
  standby.signal("SIGTERM");
  expect(await standby.exited).toBe(0);
  expect(JSON.parse((await s.run("status", "--json")).stdout).standbys).toEqual([]);
  expect(readdirSync(s.spool).filter((name) => name.includes("standby"))).toEqual([]);
});

test("what keeps a standby from taking over is told as an error with what to do, and waited for", async () => {
  await using database = await sqlite.create();
  using s = await standbyStage(database);
  await using holder = s.start();
  await holder.untilItHolds();
  await using standby = s.start();
  await standby.untilItStandsBy();
  const lock = join(s.spool, ".kci-ingester.lock");
  rmSync(lock);
  Bun.spawnSync(["mkfifo", lock]);
  holder.signal("SIGKILL");
  const told =
    /error standby_cannot_take_over why="cannot lock .*" hint="remove the FIFO or socket/;
  await until(
    () => told.test(standby.log),
    20_000,
    () => standby.log,
  );
  rmSync(lock);
  await standby.untilItHolds();
});
