import { describe, expect, test } from "bun:test";
import { tables } from "../../src/rows/tables.ts";
import { makeReady } from "../../src/store/make-ready.ts";
import { storeKind } from "../../src/store/store-kind.ts";
import { kinds } from "../databases.ts";
import { openStore, storeOptions } from "./prepared-store.ts";

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

  test("that lacks a column is found wanting, and is not altered", async () => {
    await using database = await create();
    await using store = await openStore(database.url);
    await store.migrate();
    await database.query("alter table builds drop column command");
    const message = "the database lacks builds.command";
    await expect(makeReady(database.url, storeOptions)).rejects.toMatchObject({
      ...{ class: "operator", message },
    });
  });
});
