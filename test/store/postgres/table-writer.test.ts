import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import postgres from "postgres";
import type { RowSet } from "../../../src/rows/row.ts";
import {
  builds,
  checkouts,
  issues,
  latestCheckout,
  pendingTest,
  tests,
} from "../../../src/rows/tables.ts";
import { kinds } from "../../databases.ts";
import { until } from "../../faults/until.ts";
import { rowsOf } from "../aggregation.ts";
import { emptyTables, openStore, type Prepared, prepareStore } from "../prepared-store.ts";
import { readStored, rowOf, rowSet } from "../stored.ts";

const kind = kinds.find(({ name }) => name === "Postgres");
const time = (day: number) => `2026-01-0${day}T00:00:00.000000Z`;
/** More than are written as the values of a statement. */
const many = 100;

describe.skipIf(!kind).each([
  { title: "few rows", asLarge: false },
  { title: "rows by COPY", asLarge: true },
])("$title for Postgres", ({ asLarge }) => {
  let prepared: Prepared;

  beforeAll(async () => {
    if (kind) prepared = await prepareStore({ ...kind, asLarge });
  });

  afterAll(async () => {
    await prepared?.[Symbol.asyncDispose]();
  });

  test("meet keys that others are just storing, one by one, and fill their rows in", async () => {
    const { database, store } = prepared;
    await emptyTables(database);
    const ids = ["a:1", "a:2", "a:3", "a:4", "a:5"];
    const others = ids.map(() => postgres(database.url, { max: 1, onnotice: () => {} }));
    const waiting = async () =>
      (
        await database.query(
          "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
      ).length > 0;
    const row = { origin: "a", checkout_id: "a:c", comment: "ours", compiler: "gcc" };
    try {
      for (const [at, other] of others.entries()) {
        await other`begin`;
        await other`insert into builds (id, origin, checkout_id, comment)
          values (${ids[at] ?? ""}, 'a', 'a:c', 'theirs')`;
      }
      const writing = store.write(rowSet(builds, ...ids.map((id) => ({ ...row, id }))));
      for (const other of others) {
        await until(waiting);
        await other`commit`;
      }
      await writing;
    } finally {
      for (const other of others) await other.end({ timeout: 0 });
    }
    expect(await readStored(database, builds)).toMatchObject(
      ids.map((id) => ({ id, comment: "theirs", compiler: "gcc" })),
    );
  });

  test("follow a new main row also where a program left their own", async () => {
    const { database, store } = prepared;
    await emptyTables(database);
    await database.query(
      "insert into pending_test (test_id, origin, build_id, is_boot, lab) values ('a:x', 'a', 'a:x', false, 'left')",
    );
    await store.write(rowsOf("x", ["test"]));
    expect(await readStored(database, pendingTest)).toMatchObject([
      { test_id: "a:x", lab: "left", platform: "rpi", is_boot: true },
    ]);
  });

  test.each([
    { count: 1, using: "", hint: "" },
    { count: many, using: "", hint: "" },
    { count: 1, using: "using hint = 'ask the lab'", hint: "ask the lab; else " },
  ])(
    "of $count blame no table where the server refuses them at the end $using",
    async ({ count, using, hint }) => {
      const { database, store } = prepared;
      await emptyTables(database);
      await database.query(`create function refuse() returns trigger language plpgsql as $$
      begin raise exception 'not now' ${using}; end $$;
      create constraint trigger late after insert on builds deferrable initially deferred
      for each row execute function refuse()`);
      const row = { origin: "a", checkout_id: "a:c" };
      const list = Array.from({ length: count }, (_, at) => ({ id: `a:${at}`, ...row }));
      const writing = store.write(rowSet(builds, ...list));
      expect(await writing.catch((cause) => cause)).toMatchObject({
        message: "cannot write the rows: not now",
        hint: `${hint}change or drop the rule or trigger of the table`,
      });
      await database.query("drop function refuse() cascade");
    },
  );
});

describe.skipIf(!kind)("parts of one submission for Postgres", () => {
  test.each([1, many])("fill in %d rows of the parts before, again and again", async (count) => {
    if (!kind) return;
    await using prepared = await prepareStore(kind);
    const { database, store } = prepared;
    const rowsWith = (values: Record<string, string>): RowSet => {
      const list = Array.from({ length: count }, (_, at) => ({ id: `a:${at}`, origin: "a" }));
      return rowSet(tests, ...list.map((row) => ({ ...row, build_id: "a:b", ...values })));
    };
    const heads = (day: number) =>
      Array.from({ length: count }, (_, at) =>
        rowOf(latestCheckout, {
          ...{ origin: "a", tree_name: `t${at}`, start_time: time(day) },
          checkout_id: `a:${day}`,
        }),
      );
    await store.write(rowsWith({}));
    async function* parts(): AsyncGenerator<RowSet> {
      for (const [at, name] of ["comment", "path", "status"].entries()) {
        yield new Map([...rowsWith({ [name]: name }), [latestCheckout, heads(at + 1)]]);
      }
    }
    await store.writeParts(parts());
    const stored = await readStored(database, tests);
    expect(stored).toHaveLength(count);
    for (const row of stored) {
      expect(row).toMatchObject({ comment: "comment", path: "path", status: "status" });
    }
    const latest = await readStored(database, latestCheckout);
    expect(new Set(latest.map((row) => row.checkout_id))).toEqual(new Set(["a:3"]));
    expect(latest).toHaveLength(count);
  });

  test("wait for nobody in a circle where another session is faster with a key", async () => {
    if (!kind) return;
    await using prepared = await prepareStore(kind);
    const { database, store } = prepared;
    const waiting =
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    const issue = { id: "a:i", origin: "a", version: 1 };
    const checkout = { id: "a:c", origin: "a" };
    await store.write(rowSet(checkouts, checkout));
    const other = postgres(database.url, { max: 1, onnotice: () => {} });
    try {
      await other.unsafe(
        "begin; insert into issues (id, origin, version, comment) values ('a:i', 'a', 1, 'theirs')",
      );
      async function* parts(): AsyncGenerator<RowSet> {
        const ours = rowSet(issues, { ...issue, comment: "ours", report_url: "u" });
        yield new Map([...ours, ...rowSet(checkouts, { ...checkout, comment: "ours" })]);
      }
      const writing = store.writeParts(parts());
      await until(async () => (await database.query(waiting)).length > 0);
      // It writes the same again at once, as one does whose rows a prune has deleted meanwhile.
      const lock = (table: string) => `select 1 from ${table} for no key update`;
      await other.unsafe(`commit; begin; ${lock("issues")}; ${lock("checkouts")}`);
      await other`commit`;
      await writing;
    } finally {
      await other.end({ timeout: 0 });
    }
    expect(await readStored(database, issues)).toMatchObject([
      { comment: "theirs", report_url: "u" },
    ]);
    expect(await readStored(database, checkouts)).toMatchObject([{ comment: "ours" }]);
  });

  test("may take longer than the owner of the database gives a transaction", async () => {
    if (!kind) return;
    await using prepared = await prepareStore(kind);
    const { database } = prepared;
    const [has] = await database.query(
      "select 1 from pg_settings where name = 'transaction_timeout'",
    );
    // Servers before version 17 have no such limit.
    if (!has) return;
    await database.query(`do $$ begin
      execute format('alter database %I set transaction_timeout = ''500ms''', current_database());
    end $$`);
    await using store = await openStore(database.url);
    async function* parts(): AsyncGenerator<RowSet> {
      for (const id of ["a:1", "a:2", "a:3"]) {
        yield rowSet(checkouts, { id, origin: "a" });
        await Bun.sleep(300);
      }
    }
    await store.writeParts(parts());
    expect(await readStored(database, checkouts)).toHaveLength(3);
  });
});
