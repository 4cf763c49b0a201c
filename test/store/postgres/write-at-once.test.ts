import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import type { RowSet } from "../../../src/rows/row.ts";
import { builds, checkouts, tests } from "../../../src/rows/tables.ts";
import { kinds } from "../../databases.ts";
import { startProxy } from "../../faults/proxy.ts";
import { until } from "../../faults/until.ts";
import { rowsOf } from "../aggregation.ts";
import { emptyTables, openStore, type Prepared, prepareStore } from "../prepared-store.ts";
import { readAllStored, readStored, rowOf, rowSet } from "../stored.ts";
import { startTripCounter } from "./trip-counter.ts";

const kind = kinds.find(({ name }) => name === "Postgres");
const time = "2026-01-01T00:00:00.000001Z";

/** Who waits for the end of another transaction: that lock is of no database. */
const waitingForOthers =
  "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";

const strange = "x\"\\'{},$1 \t\r\n ä 日本 😀 NULL";
/** Values at the edges of every type of column. */
const edges: RowSet = new Map([
  [
    checkouts,
    [
      {
        valid: false,
        git_commit_tags: [],
        misc: '{"a": [1e400, -0, "\\u00e4"]}',
        start_time: time,
      },
      { valid: true, git_commit_tags: ["", strange, "NULL"], misc: "[]", comment: strange },
      { start_time: "9999-12-31T23:59:59.999999Z", tree_name: "", log_excerpt: "é".repeat(16_384) },
    ].map((values, at) =>
      rowOf(checkouts, { _timestamp: time, id: `a:${at}`, origin: "a", ...values }),
    ),
  ],
  [
    tests,
    [0, -0, 1e-308, 1.7976931348623157e308, 0.1, 123_456_789_012_345_680, 5e-324].map(
      (number, at) =>
        rowOf(tests, {
          id: `a:${at}${strange}`,
          origin: "a",
          build_id: "a:b",
          number_value: number,
        }),
    ),
  ],
]);

describe.skipIf(!kind)("few rows for Postgres", () => {
  let prepared: Prepared;

  beforeAll(async () => {
    if (kind) prepared = await prepareStore(kind);
  });

  afterAll(async () => {
    await prepared?.[Symbol.asyncDispose]();
  });

  test("take three ways there and back, whether they are new or not", async () => {
    const { database } = prepared;
    await emptyTables(database);
    using counter = await startTripCounter(database.url);
    await using store = await openStore(counter.url);
    await store.write(rowsOf("before", ["date"]));
    for (const held of [
      ["date", "build", "test"],
      ["build"],
      ["build", "test"],
      ["test"],
    ] as const) {
      const before = counter.trips;
      await store.write(rowsOf("x", held));
      expect(counter.trips - before).toBe(3);
    }
    expect(await readStored(database, tests)).toHaveLength(1);
  });

  test("are stored as many are, whatever their values", async () => {
    const { database, store } = prepared;
    await using asLarge = await openStore(database.url, true);
    const stored = [];
    for (const by of [store, asLarge]) {
      await emptyTables(database);
      await by.write(edges);
      const signs = await database.query(
        "select id, number_value::text as number, misc::text from tests order by id",
      );
      stored.push([await readAllStored(database), signs]);
    }
    expect(stored[0]).toEqual(stored[1]);
  });

  test("that the server refuses leave nothing, name their table, and the next go in", async () => {
    const { database, store } = prepared;
    await emptyTables(database);
    await database.query("alter table tests add constraint no_boot check (path <> 'boot.nfs')");
    try {
      const refused = store.write(rowsOf("x", ["date", "build", "test"]));
      await expect(refused).rejects.toMatchObject({
        class: "refused",
        code: "23514",
        rows: { table: "tests", key: "23514 tests no_boot" },
      });
    } finally {
      await database.query("alter table tests drop constraint no_boot");
    }
    expect(await readStored(database, checkouts)).toEqual([]);
    await store.write(rowsOf("x", ["date", "build", "test"]));
    expect(await readStored(database, tests)).toHaveLength(1);
  });

  test("fail at once when their connection is lost, also with statements that wait their turn", async () => {
    const { database } = prepared;
    await emptyTables(database);
    using proxy = await startProxy(Number(new URL(database.url).port));
    const url = new URL(database.url);
    url.port = String(proxy.port);
    await using store = await openStore(url.href);
    const other = postgres(database.url, { max: 1, onnotice: () => {} });
    // A statement of this length has the driver hold back what follows.
    const rows = rowsOf("x", ["date", "build", "test"]);
    const excerpt = tests.at("log_excerpt");
    rows.set(
      tests,
      (rows.get(tests) ?? []).map((row) => row.with(excerpt, "é".repeat(16_384))),
    );
    try {
      await other`begin`;
      await other`insert into tests (id, origin, build_id) values ('a:x', 'a', 'a:b')`;
      const writing = store.write(rows).catch((cause) => cause);
      await until(async () => (await database.query(waitingForOthers)).length > 0);
      const startMs = performance.now();
      proxy.cut();
      expect(await writing).toMatchObject({ class: "transient" });
      expect(performance.now() - startMs).toBeLessThan(5_000);
    } finally {
      await other.end({ timeout: 0 });
    }
    await store.write(rows);
    expect(await readStored(database, tests)).toHaveLength(1);
  });

  test.each([1, 100])(
    "are told by the server's own words when it ends the session: %d rows",
    async (count) => {
      const { database, store } = prepared;
      await emptyTables(database);
      await database.query(`create or replace function end_session() returns trigger language plpgsql
        as 'begin perform pg_terminate_backend(pg_backend_pid()); return null; end';
        create trigger ends before insert on builds execute function end_session()`);
      const row = { origin: "a", checkout_id: "a:c" };
      const list = Array.from({ length: count }, (_, at) => ({ id: `a:${at}`, ...row }));
      try {
        await expect(store.write(rowSet(builds, ...list))).rejects.toMatchObject({
          class: "transient",
          code: "57P01",
          message: expect.stringContaining("administrator"),
        });
      } finally {
        await database.query("drop trigger ends on builds");
      }
    },
  );
});

describe.skipIf(!kind)("rows for Postgres that another session is faster with", () => {
  // More than 64 are copied.
  test.each([
    { count: 1, by: "INSERT", times: 2, key: "'one'" },
    { count: 100, by: "COPY", times: 2, key: "'one'" },
    { count: 1, by: "INSERT", times: 9, key: "currval('turns')" },
    { count: 100, by: "COPY", times: 9, key: "currval('turns')" },
  ])(
    "begin anew with nothing held, $times times: $count by $by",
    async ({ count, by, times, key }) => {
      if (!kind) return;
      await using prepared = await prepareStore(kind);
      const { database, store } = prepared;
      const transaction = "pg_current_xact_id()::text::bigint";
      await database.query(`create sequence turns; create sequence lost; create sequence won;
      create function be_faster() returns trigger language plpgsql as $$
      begin
        if current_query() not ilike '${by}%' then raise exception 'not by ${by}'; end if;
        if nextval('turns') <= ${times} then
          perform setval('lost', ${transaction});
          raise unique_violation using detail = ${key};
        end if;
        perform setval('won', ${transaction});
        return new;
      end $$; create trigger faster before insert on builds for each row execute function be_faster()`);
      const row = { origin: "a", checkout_id: "a:c" };
      const list = Array.from({ length: count }, (_, at) => ({ id: `a:${at}`, ...row }));
      await store.write(rowSet(builds, ...list));
      expect(await readStored(database, builds)).toHaveLength(count);
      const last = "select lost.last_value < won.last_value as is_anew from lost, won";
      expect(await database.query(last)).toEqual([{ is_anew: true }]);
    },
  );
});
