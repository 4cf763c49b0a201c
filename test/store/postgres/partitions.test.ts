import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { builds, tests } from "../../../src/rows/tables.ts";
import { makeReady } from "../../../src/store/make-ready.ts";
import { spoolWith } from "../../commands/spool-with.ts";
import {
  missingNames,
  nothingMade,
  openStore,
  prepareStore,
  storeOptions,
} from "../prepared-store.ts";
import { storeKinds } from "../store-kinds.ts";
import { readAllStored, readStored, rowSet } from "../stored.ts";
import { readCatalogue } from "./catalogue.ts";

setDefaultTimeout(60_000);

const partitioned = storeKinds.filter((kind) => kind.name === "Postgres with partitions");

describe.each(partitioned)("tests and builds in partitions by a hash of the id", (kind) => {
  test("are left as they are by migrate, and found wanting by nobody", async () => {
    await using database = await kind.create();
    await kind.layOut?.(database);
    await using store = await openStore(database.url);
    const before = await readCatalogue(database);
    const made = await store.migrate();
    expect(made.tables).toContain("pending_test");
    expect(made.tables).not.toContain("tests");
    expect(await readCatalogue(database)).toMatchObject(before);
    expect(await store.migrate()).toEqual(nothingMade);
    expect(await store.missing()).toEqual([]);
    await makeReady(database.url, storeOptions);
    using spool = spoolWith({});
    const doctor = await spool.run("doctor", "--database", database.url);
    expect(doctor).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^ok +database /m) });
  });

  test("lack a column where it is missing", async () => {
    await using prepared = await prepareStore(kind);
    await prepared.database.query("alter table builds drop column command");
    expect(await missingNames(prepared.store)).toEqual(["builds.command"]);
  });

  test.each([
    { table: tests, parent: { build_id: "a:b" } },
    { table: builds, parent: { checkout_id: "a:c" } },
  ])("$table.name: a row that comes again touches none of another partition", async (one) => {
    await using prepared = await prepareStore(kind);
    const ids = Array.from({ length: 30 }, (_, at) => `a:${at}`);
    const rowsAt = (list: readonly string[], _timestamp: string) =>
      rowSet(one.table, ...list.map((id) => ({ _timestamp, id, origin: "a", ...one.parent })));
    const [first, again] = ["2026-01-01T00:00:00.000000Z", "2026-01-02T00:00:00.000000Z"];
    await prepared.store.write(rowsAt(ids, first));
    const places = await prepared.database.query(
      `select count(distinct tableoid) as partitions, count(distinct ctid) as places from ${one.table.name}`,
    );
    expect(places).toMatchObject([{ partitions: "3" }]);
    expect(Number(places[0]?.places)).toBeLessThan(ids.length);
    const touched = ids.slice(0, 5);
    await prepared.store.write(rowsAt(touched, again));
    const stored = await readStored(prepared.database, one.table);
    const later = stored.filter((row) => row._timestamp === again).map(({ id }) => id);
    expect(later.toSorted()).toEqual(touched);
    expect(stored).toHaveLength(ids.length);
  });

  test("are written by a user who has rights to the tables, none to the partitions", async () => {
    await using prepared = await prepareStore(kind);
    const { database } = prepared;
    const user = `kci_${Bun.randomUUIDv7().replaceAll("-", "")}`;
    await database.query(`create role ${user} login password 'guest'`);
    try {
      const names = Object.keys(await readAllStored(database)).join(", ");
      await database.query(`grant select, insert, update on ${names} to ${user}`);
      const url = new URL(database.url);
      [url.username, url.password] = [user, "guest"];
      await using guest = await openStore(url.href);
      expect(await guest.missing()).toEqual([]);
      const test = { id: "a:1", origin: "a", build_id: "a:b" };
      for (const row of [test, test, { ...test, path: "boot" }]) {
        await guest.write(rowSet(tests, row));
      }
      expect(await readStored(database, tests)).toMatchObject([{ id: "a:1", path: "boot" }]);
    } finally {
      await database.query(`drop owned by ${user}; drop role ${user}`);
    }
  });
});
