import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, existsSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { kinds } from "../databases.ts";
import { freePort } from "../free-port.ts";
import { filesOf } from "./invariants.ts";
import { runService } from "./run-service.ts";
import { type Scene, sharedScene } from "./scene.ts";
import { submission } from "./submissions.ts";
import { until } from "./until.ts";

/** Flaws of the former ingester (numbers as in `flaws.test.ts`) that need a moment to be hit. */

setDefaultTimeout(60_000);

describe.each(kinds.map((kind) => [kind.name, kind] as const))("flaws, on %s", (name, kind) => {
  const scene = sharedScene(kind);
  const path = (s: Scene, file: string) => join(s.spool, file);

  const count = async (s: Scene, table: string) => {
    const [row] = await s.database.query(`select count(*) as n from ${table}`);
    return Number(row?.n);
  };

  test("flaw 7: killed when all rows are written and not committed, no file is moved", async () => {
    const s = await scene;
    const each = 300;
    const files = new Map(["a", "b", "c"].map((one) => [`${one}.json`, submission(one, each)]));
    const words = ["--once", "--max-workers", "1"];
    const plan = {
      only: name === "SQLite" ? "sqlite" : "postgres",
      limits: { maxFiles: 2 },
    } as const;
    await s.reset(files);
    await s.run({ ...plan, trace: true }, ...words);
    const trace = await s.trace();
    // By name: the threads take their steps in another order each time.
    const indexOf = (what: RegExp) => trace.findIndex((line) => what.test(line));
    const nameAt = (index: number) => trace[index]?.replace(/^\d+ worker \w+ /, "");
    const [writing, committing] = [
      indexOf(/ worker .*(insert into|copy) pending_builds/),
      indexOf(/ worker .*\bcommit\b/),
    ];
    expect(writing).toBeGreaterThan(0);
    expect(writing).toBeLessThan(committing);
    for (const at of [{ atName: nameAt(writing) }, { afterName: nameAt(committing) }]) {
      await s.reset(files);
      const killed = await s.run({ ...plan, ...at, what: "SIGKILL" }, ...words);
      expect(killed.exitCode).toBe(137);
      expect([...filesOf(s.spool)].sort()).toEqual([...files].sort());
      // At one moment: the server may be about to commit what was sent.
      const [rows] = await s.database.query(
        "select (select count(*) from builds) as builds, (select count(*) from tests) as tests",
      );
      if (at.atName) expect(Number(rows?.builds)).toBe(0);
      expect(Number(rows?.tests)).toBe(each * Number(rows?.builds));
      expect(await s.run({}, ...words)).toMatchObject({ exitCode: 0 });
      expect([...filesOf(s.spool).keys()].sort()).toEqual(
        [...files.keys()].map((one) => `archive/${one}`),
      );
      expect([await count(s, "builds"), await count(s, "tests")]).toEqual([3, 3 * each]);
    }
  });

  // Which database it is makes no difference to a file that is not whole.
  const once = kind === kinds[0] ? test : () => {};
  once(
    "flaw 9: a file that is empty, or not yet whole, when it is found is waited for",
    async () => {
      const s = await scene;
      await s.reset(new Map([["archive/former.json", "{}"]]));
      const limits = { emptyMs: 1_000 };
      await using service = runService(s, { limits }, "--interval", "0.5", "--max-workers", "1");
      service.send([["first.json", submission("first")]]);
      await service.settled(["first.json"]);
      const text = submission("late");
      const parts = [0.2, 0.5, 0.9, 1].map((share) => Math.floor(share * text.length));
      // Their writers hold them open: what is deleted or moved under their hands is lost to them.
      const [late, slow] = [
        openSync(path(s, "late.json"), "w"),
        openSync(path(s, "slow.json"), "w"),
      ];
      writeFileSync(path(s, "empty.json"), "");
      const madeMs = Date.now();
      // Writers that are slower than the service looks, as fixed times: that is what is tested.
      await Bun.sleep(500);
      writeSync(late, text);
      let from = 0;
      for (const to of parts) {
        writeSync(slow, text.slice(from, to));
        from = to;
        await Bun.sleep(400);
      }
      for (const handle of [late, slow]) closeSync(handle);
      await service.settled(["late.json", "slow.json"]);
      const files = filesOf(s.spool);
      expect([files.get("archive/late.json"), files.get("archive/slow.json")]).toEqual([
        text,
        text,
      ]);
      // One that stays empty says nothing and goes, not before its time.
      expect(await until(() => !existsSync(path(s, "empty.json")))).toBe(true);
      expect(Date.now() - madeMs).toBeGreaterThan(1_000);
      const told = '"event":"empty_file_set_aside","file":"empty.json"';
      expect(await until(() => service.log.includes(told))).toBe(true);
      expect(service.log).not.toContain("submission_refused");
    },
  );

  test("flaw 13: what is counted is what is stored, beside refused files and in an outage", async () => {
    const s = await scene;
    await s.reset(new Map([["archive/former.json", "{}"]]));
    // So that there are tables to take rows away from.
    expect(await s.run({}, "--once")).toMatchObject({ exitCode: 0 });
    const undo = await forbid(s, "forbidden");
    const port = freePort();
    const limits = { connectTimeoutMs: 1_000, statementTimeoutMs: 500 };
    await using service = runService(s, { limits }, "--metrics-port", String(port));
    const good = ["g1", "g2", "g3", "g4", "g5"];
    service.send([...good, "forbidden"].map((one) => [`${one}.json`, submission(one, 3)]));
    await service.settled(good.map((one) => `${one}.json`));
    expect(await until(() => existsSync(path(s, "failed/forbidden.json")))).toBe(true);
    const stored = async () => ({
      kcidb_checkouts_total: await count(s, "checkouts"),
      kcidb_builds_total: await count(s, "builds"),
      kcidb_tests_total: await count(s, "tests"),
      kcidb_issues_total: await count(s, "issues"),
      kcidb_incidents_total: await count(s, "incidents"),
    });
    expect(await scrape(port)).toMatchObject({
      ...(await stored()),
      kcidb_ingestions_total: 5,
      kcidb_tests_total: 15,
      kcidb_ingester_files_failed_total: 1,
    });

    const release = await hold(s);
    service.send([["late.json", submission("late", 3)]]);
    await until(() => service.log.includes('"event":"fault"'));
    expect(await scrape(port)).toMatchObject({ kcidb_ingestions_total: 5, kcidb_tests_total: 15 });
    await release();
    await service.settled(["late.json"]);
    expect(await scrape(port)).toMatchObject({
      ...(await stored()),
      kcidb_ingestions_total: 6,
      kcidb_tests_total: 18,
      kcidb_ingester_files_failed_total: 1,
    });
    expect(await service.stop()).toBe(0);
    await undo();
  });
});

/** Lets the database refuse a checkout whose id has `word` in it, as a rule of its owner would. */
async function forbid({ database }: Scene, word: string): Promise<() => Promise<unknown>> {
  if (!database.url.startsWith("sqlite:")) {
    await database.query(
      `alter table checkouts add constraint rule check (id not like '%${word}%')`,
    );
    return () => database.query("alter table checkouts drop constraint rule");
  }
  await database.query(`create trigger rule before insert on checkouts when new.id like '%${word}%'
    begin select raise(abort, 'forbidden by the owner'); end`);
  return () => database.query("drop trigger rule");
}

/** Holds the database so that nobody else can write, until the result is called. */
async function hold({ database }: Scene): Promise<() => Promise<void>> {
  if (database.url.startsWith("sqlite:")) {
    const db = new Database(database.url.replace("sqlite:", ""));
    db.run("begin immediate");
    return async () => db.close();
  }
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  await sql.unsafe("begin; lock table checkouts");
  return () => sql.end({ timeout: 0 });
}

/** The sums of all families, over their labels. */
async function scrape(port: number): Promise<Record<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const sums: Record<string, number> = {};
  for (const [, name = "", value] of text.matchAll(/^(\w+)(?:\{.*\})? (\S+)$/gm)) {
    sums[name] = (sums[name] ?? 0) + Number(value);
  }
  return sums;
}
