import { describe, expect, test } from "bun:test";
import type { RowSet } from "../../src/rows/row.ts";
import { builds, checkouts, pendingBuilds, tables, tests } from "../../src/rows/tables.ts";
import { StoreFault } from "../../src/store/fault.ts";
import { views } from "../../src/store/views.ts";
import { missingNames, nothingMade, openStore, prepareStore } from "./prepared-store.ts";
import { sharedStore } from "./shared-store.ts";
import { storeKinds } from "./store-kinds.ts";
import { readAllStored, readStored, rowOf, rowSet } from "./stored.ts";

/** What a promise was rejected with, as the store promises it. */
async function faultOf(work: Promise<unknown>): Promise<StoreFault> {
  const cause = await work.then(
    () => new Error("nothing was thrown"),
    (thrown: unknown) => thrown,
  );
  if (cause instanceof StoreFault) return cause;
  throw cause;
}

const checkout = rowOf(checkouts, { id: "a:1", origin: "a" });
const build = rowOf(builds, { id: "a:b", origin: "a", checkout_id: "a:1" });
const tooLong = rowOf(pendingBuilds, {
  build_id: "a:b",
  origin: "a".repeat(101),
  checkout_id: "a:1",
});
const withoutParent = rowOf(tests, { id: "a:t", origin: "a" });

describe.each(storeKinds)("a transaction on $name", (kind) => {
  const shared = sharedStore(kind);

  test.each([
    ["a text longer than its column", [[pendingBuilds, [tooLong]]]],
    ["NULL where none may be", [[tests, [withoutParent]]]],
    [
      "a status of 11 characters",
      [[tests, [rowOf(tests, { id: "a", origin: "a", build_id: "b", status: "x".repeat(11) })]]],
    ],
  ] as [string, [typeof tests, (typeof build)[]][]][])(
    "that holds %s is refused as a whole, and the store goes on",
    async (_, bad) => {
      const { store, database } = shared();
      const rows: RowSet = new Map([[checkouts, [checkout]], [builds, [build]], ...bad]);
      const fault = await faultOf(store.write(rows));
      expect(fault.class).toBe("refused");
      expect(fault.code).toMatch(/^(?:SQLITE_CONSTRAINT|22001|23502)/);
      expect(Object.values(await readAllStored(database)).flat()).toEqual([]);

      await store.write(new Map([[checkouts, [checkout]]]));
      expect(await readStored(database, checkouts)).toHaveLength(1);
    },
  );

  test("that is refused leaves what was stored as it was", async () => {
    const { store, database } = shared();
    await store.write(new Map([[builds, [build]]]));
    const before = await readAllStored(database);
    const filled = rowOf(builds, { id: "a:b", origin: "a", checkout_id: "a:1", comment: "new" });
    await faultOf(
      store.write(
        new Map([
          [builds, [filled]],
          [pendingBuilds, [tooLong]],
        ]),
      ),
    );
    expect(await readAllStored(database)).toEqual(before);
  });

  test("is refused also when one row in thousands, copied in bulk, is at fault", async () => {
    const { store, database } = shared();
    const many = Array.from({ length: 2_000 }, (_, at) => ({
      id: `a:${at}`,
      origin: "a",
      log_excerpt: at === 1_999 ? "x".repeat(16_385) : "fine",
    }));
    expect((await faultOf(store.write(rowSet(checkouts, ...many)))).class).toBe("refused");
    expect(await readStored(database, checkouts)).toEqual([]);
    await store.write(rowSet(checkouts, ...many.slice(0, -1)));
    expect(await readStored(database, checkouts)).toHaveLength(1_999);
  });

  test("of no rows does nothing", async () => {
    const prepared = shared();
    await prepared.store.write(new Map());
    await prepared.store.write(new Map([[tests, []]]));
    expect(Object.values(await readAllStored(prepared.database)).flat()).toEqual([]);
  });

  test("that is written again changes nothing", async () => {
    const { store, database } = shared();
    const rows: RowSet = new Map([
      [checkouts, [checkout]],
      [builds, [build]],
    ]);
    await store.write(rows);
    const before = await readAllStored(database);
    await store.write(rows);
    expect(await readAllStored(database)).toEqual(before);
  });

  test("without tables is the operator's to mend, and goes in when they are there", async () => {
    await using database = await kind.create();
    // A look from outside makes a file that is not there; a store never does.
    await database.query("select 1");
    await using store = await openStore(database.url);
    expect(await missingNames(store)).toEqual(tables.map((table) => table.name));
    const fault = await faultOf(store.write(new Map([[builds, [build]]])));
    expect(fault.class).toBe("operator");
    expect(fault.hint).toContain("migrate");
    await store.migrate();
    await store.write(new Map([[builds, [build]]]));
    expect(await readStored(database, builds)).toHaveLength(1);
  });

  test("can be written by several stores of one process in turn", async () => {
    const prepared = shared();
    await using other = await openStore(prepared.database.url);
    for (const [at, store] of [prepared.store, other, prepared.store, other].entries()) {
      await store.write(rowSet(checkouts, { id: `a:${at}`, origin: "a" }));
    }
    expect(await readStored(prepared.database, checkouts)).toHaveLength(4);
  });
});

describe.each(storeKinds)("the tables of a store on $name", (kind) => {
  test("a column that is missing is named", async () => {
    await using prepared = await prepareStore(kind);
    // SQLite drops no column that a view names.
    for (const { name } of views.toReversed()) {
      await prepared.database.query(`drop view if exists ${name}`);
    }
    await prepared.database.query("alter table tests drop column log_url");
    await prepared.database.query("drop table incidents");
    expect(await missingNames(prepared.store)).toEqual(["tests.log_url", "incidents"]);
  });

  test("a second migrate makes nothing, and a dropped table is made again", async () => {
    await using prepared = await prepareStore(kind);
    const { store, database } = prepared;
    expect(await store.migrate()).toEqual(nothingMade);
    await database.query("drop table pending_test");
    const made = await store.migrate();
    expect(made.tables).toEqual(["pending_test"]);
    expect(await store.missing()).toEqual([]);
  });
});

test("a URL of an unknown kind is the operator's to mend", async () => {
  const fault = await faultOf(openStore("mysql://localhost/kcidb"));
  expect(fault.class).toBe("operator");
  expect(fault.message).toContain('"mysql"');
});
