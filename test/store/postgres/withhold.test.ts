import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { pendingTest } from "../../../src/rows/tables.ts";
import { anyUndated } from "../../../src/store/postgres/withhold.ts";
import { kinds } from "../../databases.ts";
import { until } from "../../faults/until.ts";
import { aggregate, type Piece, rowsOf } from "../aggregation.ts";
import { openStore, type Prepared, prepareStore } from "../prepared-store.ts";
import { sharedStore } from "../shared-store.ts";
import { readStored } from "../stored.ts";

setDefaultTimeout(60_000);

const kind = kinds.find(({ name }) => name === "Postgres");
/** Whoever writes an object with this comment waits before its commit for the lock of that number. */
const slow = "slow";
const gate = 99;
const tablesOfPieces = ["checkouts", "builds", "tests"];

/** Holds up every transaction that writes a slow object, when all of it is written. */
async function holdUpSlowOnes({ database }: Prepared): Promise<void> {
  await database.query(`
    create function wait_at_commit() returns trigger language plpgsql as $$
    begin
      if new.comment = '${slow}' then perform pg_advisory_xact_lock(${gate}); end if;
      return null;
    end $$`);
  for (const table of tablesOfPieces) {
    await database.query(`
      create constraint trigger slow_${table} after insert or update on ${table}
      deferrable initially deferred for each row execute function wait_at_commit()`);
  }
}

const ways = [
  { way: "few rows", asLarge: false },
  { way: "rows by COPY", asLarge: true },
];

describe.skipIf(!kind).each(ways)(
  "of two transactions of Postgres with $way that do not see each other",
  ({ asLarge }) => {
    const shared = sharedStore(kind && { ...kind, asLarge }, holdUpSlowOnes);

    /** What is stored, who writes first and commits last, who writes meanwhile, and whether the test waits. */
    const cases: [Piece[], Piece[], Piece[], boolean][] = [
      [["build"], ["test"], ["checkout"], true],
      [["build"], ["checkout"], ["test"], true],
      [["checkout"], ["test"], ["build"], true],
      [["checkout"], ["build"], ["test"], true],
      [["test"], ["build"], ["checkout"], true],
      [["test"], ["checkout"], ["build"], true],
      [[], ["build", "test"], ["checkout"], true],
      [[], ["checkout", "build"], ["test"], true],
      [["checkout", "build"], ["test"], ["date"], false],
      [["checkout", "build"], ["date"], ["test"], false],
      [["checkout", "test"], ["build"], ["date"], false],
      [["checkout", "test"], ["date"], ["build"], false],
      [["checkout"], ["build", "test"], ["date"], false],
      [["build", "test"], ["checkout"], ["date"], false],
      [["build", "test"], ["date"], ["checkout"], false],
    ];

    test.each(cases)(
      "with %j stored: %j, then %j before its commit: the test waits is %p",
      async (stored, first, second, waits) => {
        const { database, store } = shared();
        await using other = await openStore(database.url, asLarge);
        await store.write(rowsOf("x", stored));
        await database.query(`select pg_advisory_lock(${gate})`);
        const waiting = async () => {
          const rows = await database.query(
            "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
          );
          return rows.length;
        };
        const writing = store.write(rowsOf("x", first, slow));
        await until(async () => (await waiting()) === 1);
        let isDone = false;
        const meanwhile = other.write(rowsOf("x", second)).then(() => {
          isDone = true;
        });
        await until(async () => isDone || (await waiting()) === 2);
        await database.query(`select pg_advisory_unlock(${gate})`);
        await Promise.all([writing, meanwhile]);

        const found = (await readStored(database, pendingTest)).map((row) => row.test_id);
        expect(found).toEqual(waits ? [] : ["a:x"]);
        expect(await aggregate(database)).toEqual(found as string[]);
      },
    );

    test("those that have nothing to do with an undated checkout do not wait for each other", async () => {
      const { database, store } = shared();
      await using other = await openStore(database.url, asLarge);
      await store.write(rowsOf("undated", ["checkout", "build", "test"]));
      await database.query(`select pg_advisory_lock(${gate})`);
      const writing = store.write(rowsOf("x", ["date", "build", "test"], slow));
      await other.write(rowsOf("y", ["date", "build", "test"]));
      await other.write(rowsOf("undated", ["checkout", "build", "test"]));
      expect(await aggregate(database)).toEqual(["a:y"]);
      await database.query(`select pg_advisory_unlock(${gate})`);
      await writing;
      expect(await aggregate(database)).toEqual(["a:x"]);
    });
  },
);

describe.skipIf(!kind)("pending_test of Postgres", () => {
  test("has the build that tests has, so that a row is found again", async () => {
    if (!kind) return;
    await using prepared = await prepareStore(kind);
    const { database, store } = prepared;
    const ofBuild = (build: string) => {
      const rows = rowsOf("x", ["test"]);
      for (const [table, list] of rows) {
        rows.set(
          table,
          list.map((row) => row.with(table.at("build_id"), build)),
        );
      }
      return rows;
    };
    await store.write(ofBuild("a:first"));
    await database.query("delete from pending_test");
    await store.write(ofBuild("a:other"));
    expect(await readStored(database, pendingTest)).toMatchObject([{ build_id: "a:first" }]);
  });

  test("asks the index of start_time whether any checkout is undated", async () => {
    if (!kind) return;
    await using prepared = await prepareStore(kind);
    const { database } = prepared;
    await database.query(
      "insert into checkouts (id, origin, start_time) select n, 'a', now() from generate_series(1, 5000) n",
    );
    await database.query("analyze checkouts");
    const plan = JSON.stringify(await database.query(`explain ${anyUndated}`));
    expect(plan).toMatch(/Index (?:Only )?Scan Backward using checkouts_start_time/);
  });

  test("needs no right to delete until a row must go; doctor and the start tell of it", async () => {
    if (!kind) return;
    await using prepared = await prepareStore(kind);
    const { database, store } = prepared;
    const role = `no_delete_${process.pid}`;
    await database.query(`create role ${role} login password 'none'`);
    await database.query(`grant select, insert, update on all tables in schema public to ${role}`);
    const url = new URL(database.url);
    [url.username, url.password] = [role, "none"];
    try {
      await using limited = await openStore(url.href);
      expect(await limited.warnings()).toEqual([
        expect.stringContaining(`grant delete on pending_test to ${role}`),
      ]);
      await limited.write(rowsOf("x", ["checkout", "build", "test"]));
      expect(await limited.withhold()).toBe(0);
      await limited.write(rowsOf("y", ["build", "test"]));
      await expect(limited.write(rowsOf("y", ["checkout"]))).rejects.toMatchObject({
        class: "operator",
        code: "42501",
      });
      expect(await store.warnings()).toEqual([]);
      await store.write(rowsOf("y", ["checkout"]));
      expect(await aggregate(database)).toEqual([]);
    } finally {
      await database.query(`drop owned by ${role}`);
      await database.query(`drop role ${role}`);
    }
  });
});
