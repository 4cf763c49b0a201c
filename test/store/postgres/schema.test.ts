import { describe, expect, test } from "bun:test";
import { tables } from "../../../src/rows/tables.ts";
import { kinds } from "../../databases.ts";
import { missingNames, nothingMade, openStore } from "../prepared-store.ts";
import { rowOf } from "../stored.ts";
import { type Catalogue, createFrom, readCatalogue, readDashboardCatalogue } from "./catalogue.ts";

const postgres = kinds.filter((kind) => kind.name === "Postgres");

describe.each(postgres)("the tables on $name", ({ create }) => {
  test("are made by migrate, and a second migrate alters nothing", async () => {
    await using database = await create();
    await using store = await openStore(database.url);
    const made = await store.migrate();
    const catalogue = await readCatalogue(database);
    expect(Object.keys(catalogue).sort()).toEqual(made.tables.toSorted());
    await store.migrate();
    expect(await readCatalogue(database)).toEqual(catalogue);
  });

  test("that exist already are left as they are, whatever they lack or have too much", async () => {
    await using database = await create();
    await database.query("create table checkouts (id text primary key, extra int)");
    await using store = await openStore(database.url);
    const { checkouts: before } = await readCatalogue(database);
    const made = await store.migrate();
    expect(made.tables).not.toContain("checkouts");
    expect((await readCatalogue(database)).checkouts).toEqual(before as Catalogue[string]);
    expect(await missingNames(store)).toContain("checkouts.origin");
  });

  test("are read and written without a right to alter them", async () => {
    await using database = await create();
    await using owner = await openStore(database.url);
    await owner.migrate();
    const user = `kci_${Bun.randomUUIDv7().replaceAll("-", "")}`;
    await database.query(`create role ${user} login password 'guest'`);
    try {
      await database.query(
        `grant select, insert, update on all tables in schema public to ${user}`,
      );
      const url = new URL(database.url);
      url.username = user;
      url.password = "guest";
      await using guest = await openStore(url.href);
      const [table] = tables;
      if (!table) throw new Error("no tables");
      const rows = [rowOf(table, { id: "a:1", version: 1, origin: "a" })];
      await guest.write(new Map([[table, rows]]));
      await guest.write(new Map([[table, rows]]));
      expect(await database.query("select id from issues")).toHaveLength(1);
    } finally {
      await database.query(`drop owned by ${user}; drop role ${user}`);
    }
  });

  describe("beside the dashboard's own", () => {
    test("are the same: names, types, defaults, constraints, indexes", async () => {
      await using database = await create();
      await using store = await openStore(database.url);
      await store.migrate();
      const made = await readCatalogue(database);
      const wanted = await readDashboardCatalogue();
      expect(Object.keys(made).sort()).toEqual(Object.keys(wanted).sort());
      for (const [name, facts] of Object.entries(wanted)) {
        expect({ [name]: made[name] }).toEqual({ [name]: facts });
      }
    });

    test("are not altered by migrate, nor found wanting", async () => {
      await using database = await create();
      await createFrom(await readDashboardCatalogue(), database);
      const before = await readCatalogue(database);
      expect(before).toEqual(await readDashboardCatalogue());
      await using store = await openStore(database.url);
      expect(await store.missing()).toEqual([]);
      expect(await store.migrate()).toEqual(nothingMade);
      expect(await readCatalogue(database)).toEqual(before);
    });
  });
});
