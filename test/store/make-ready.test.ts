import { describe, expect, test } from "bun:test";
import { tables } from "../../src/rows/tables.ts";
import { makeReady } from "../../src/store/make-ready.ts";
import { storeKind } from "../../src/store/store-kind.ts";
import { kinds } from "../databases.ts";
import { missingNames, openStore, storeOptions } from "./prepared-store.ts";

describe.each(kinds)("a database of $name", ({ create }) => {
  test("is made ready where it is a user's own, else found wanting", async () => {
    await using database = await create();
    const { migratesItself } = storeKind(database.url);
    const ready = makeReady(database.url, storeOptions);
    if (migratesItself) await ready;
    else {
      const message = `the database lacks ${tables.map((table) => table.name).join(", ")}`;
      await expect(ready).rejects.toMatchObject({ class: "operator", message });
    }
  });

  test("with all tables is ready", async () => {
    await using database = await create();
    await using store = await openStore(database.url);
    await store.migrate();
    expect(await makeReady(database.url, storeOptions)).toEqual([]);
  });

  test("that lacks a column gets it where it is a user's own, else is told how", async () => {
    await using database = await create();
    await using store = await openStore(database.url);
    await store.migrate();
    await database.query("alter table builds drop column command");
    const { migratesItself } = await storeKind(database.url);
    const ready = makeReady(database.url, storeOptions);
    if (migratesItself) {
      expect(await ready).toEqual([expect.stringMatching(/^added .*: builds\.command;/)]);
      expect(await store.missing()).toEqual([]);
    } else {
      await expect(ready).rejects.toMatchObject({
        ...{ class: "operator", message: "the database lacks builds.command" },
        hint: "run: kci-ingester migrate --alter --database URL, or as SQL: alter table builds add column if not exists command text",
      });
      expect(await missingNames(store)).toEqual(["builds.command"]);
    }
  });
});
