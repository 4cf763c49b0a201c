import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { copyFileSync, existsSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { basename, dirname } from "node:path";
import { checkouts } from "../../../src/rows/tables.ts";
import { makeReady } from "../../../src/store/make-ready.ts";
import type { InTurn, Store } from "../../../src/store/store.ts";
import { sqlite, type TestDatabase } from "../../databases.ts";
import { ingester, runIngester } from "../../e2e/run-ingester.ts";
import { openStore, type Prepared, prepareStore, storeOptions } from "../prepared-store.ts";
import { readStored, rowSet } from "../stored.ts";

const fileOf = ({ url }: TestDatabase) => url.replace("sqlite:", "");
const add = (store: Store, id: string, inTurn?: InTurn) =>
  store.write(rowSet(checkouts, { id: `a:${id}`, origin: "a" }), inTurn);
const idsIn = async (database: TestDatabase) =>
  (await readStored(database, checkouts)).map((row) => row.id);

const isGone = {
  class: "operator",
  message: expect.stringContaining("is missing"),
  hint: "put it back, or restart the service to start with an empty one",
};
const isReplaced = { class: "transient", message: expect.stringContaining("another file") };

/** Another database with a row of its own in the place of the first. */
async function replace({ database }: Prepared): Promise<void> {
  await using other = await prepareStore(sqlite);
  await add(other.store, "other");
  await other.store[Symbol.asyncDispose]();
  renameSync(fileOf(other.database), fileOf(database));
}

test("rows for a file that is gone are not taken, and go in when it is back", async () => {
  await using prepared = await prepareStore(sqlite);
  const { database, store } = prepared;
  const file = fileOf(database);
  await add(store, "1");
  renameSync(file, `${file}.away`);
  for (let time = 0; time < 2; time++) {
    await expect(add(store, "2")).rejects.toMatchObject(isGone);
    await expect(store.missing()).rejects.toMatchObject(isGone);
  }
  expect(existsSync(file)).toBe(false);
  renameSync(`${file}.away`, file);
  await add(store, "2");
  expect(await idsIn(database)).toEqual(["a:1", "a:2"]);
});

test("a file that goes while its rows are committed has not taken them", async () => {
  await using prepared = await prepareStore(sqlite);
  const { database, store } = prepared;
  const inTurn: InTurn = (work) => {
    rmSync(fileOf(database));
    return work();
  };
  await expect(add(store, "1", inTurn)).rejects.toMatchObject(isGone);
});

test("another file in its place is told of, then taken, and stays whole", async () => {
  await using prepared = await prepareStore(sqlite);
  const { database, store } = prepared;
  await using second = await openStore(database.url);
  await add(store, "1");
  await add(second, "2");
  await replace(prepared);
  for (const [at, one] of [store, second].entries()) {
    await expect(add(one, `new${at}`)).rejects.toMatchObject(isReplaced);
    await add(one, `new${at}`);
  }
  expect(await idsIn(database)).toEqual(["a:new0", "a:new1", "a:other"]);
  expect(await database.query("pragma integrity_check")).toEqual([{ integrity_check: "ok" }]);
});

test("another file that comes after the first was gone is told of, too", async () => {
  await using prepared = await prepareStore(sqlite);
  const { database, store } = prepared;
  await add(store, "1");
  rmSync(fileOf(database));
  await expect(add(store, "2")).rejects.toMatchObject(isGone);
  await replace(prepared);
  await expect(add(store, "2")).rejects.toMatchObject(isReplaced);
  await add(store, "2");
  expect(await idsIn(database)).toEqual(["a:2", "a:other"]);
});

test("one that is made anew while others hold the former shares nothing with it", async () => {
  await using prepared = await prepareStore(sqlite);
  const { database, store } = prepared;
  await add(store, "1");
  rmSync(fileOf(database));
  const made = await runIngester(ingester, ["migrate", "--database", database.url]);
  expect(made.exitCode).toBe(0);
  await expect(add(store, "2")).rejects.toMatchObject(isReplaced);
  await add(store, "2");
  expect(await idsIn(database)).toEqual(["a:2"]);
});

/** The ids in a file that no service has open. */
function idsAt(file: string): unknown[] {
  using db = new Database(file, { readonly: true });
  return db
    .query("select id from checkouts order by id")
    .all()
    .map((row) => (row as { id: unknown }).id);
}

test.each<[string, (prepared: Prepared) => Promise<void>]>([
  [
    "another takes its place",
    async (prepared) => {
      await replace(prepared);
      await expect(add(prepared.store, "2")).rejects.toMatchObject(isReplaced);
    },
  ],
  ["the service ends", ({ store }) => Promise.resolve(store[Symbol.asyncDispose]())],
])("what was committed is in the file that was moved away when %s", async (_when, follow) => {
  await using prepared = await prepareStore(sqlite);
  const file = fileOf(prepared.database);
  await add(prepared.store, "1");
  renameSync(file, `${file}.former`);
  await follow(prepared);
  expect(idsAt(`${file}.former`)).toEqual(["a:1"]);
});

test("a file that its link no longer leads to keeps its log", async () => {
  await using former = await prepareStore(sqlite);
  await using other = await prepareStore(sqlite);
  const file = fileOf(former.database);
  const link = `${file}.link`;
  symlinkSync(file, link);
  await using store = await openStore(`sqlite:${link}`);
  await add(store, "1");
  rmSync(link);
  symlinkSync(fileOf(other.database), link);
  await expect(add(store, "2")).rejects.toMatchObject(isReplaced);
  await add(store, "2");
  // Whoever has the former open goes on with it.
  await add(former.store, "3");
  expect(await idsIn(former.database)).toEqual(["a:1", "a:3"]);
  expect(await idsIn(other.database)).toEqual(["a:2"]);
  expect(readdirSync(dirname(file)).join()).not.toContain("-wal.former");
});

test("the last rows of a file that was copied and deleted are in the log that is set aside", async () => {
  await using prepared = await prepareStore(sqlite);
  const file = fileOf(prepared.database);
  await add(prepared.store, "1");
  copyFileSync(file, `${file}.copy`);
  rmSync(file);
  copyFileSync(`${file}.copy`, file);
  await expect(add(prepared.store, "2")).rejects.toMatchObject(isReplaced);
  const log = readdirSync(dirname(file)).find((name) =>
    name.startsWith(`${basename(file)}-wal.former-`),
  );
  renameSync(`${dirname(file)}/${log}`, `${file}.copy-wal`);
  expect(idsAt(`${file}.copy`)).toEqual(["a:1"]);
});

test("another file behind a link shares no log with the former", async () => {
  await using prepared = await prepareStore(sqlite);
  const { database } = prepared;
  const file = fileOf(database);
  symlinkSync(file, `${file}.link`);
  await using store = await openStore(`sqlite:${file}.link`);
  await prepared.store[Symbol.asyncDispose]();
  await add(store, "1");
  renameSync(file, `${file}.former`);
  await replace(prepared);
  await expect(add(store, "2")).rejects.toMatchObject(isReplaced);
  await add(store, "2");
  expect(await idsIn(database)).toEqual(["a:2", "a:other"]);
  expect(await database.query("pragma integrity_check")).toEqual([{ integrity_check: "ok" }]);
  expect(idsAt(`${file}.former`)).toEqual(["a:1"]);
});

test("only a start makes the file", async () => {
  await using database = await sqlite.create();
  await using store = await openStore(database.url);
  await expect(add(store, "1")).rejects.toMatchObject(isGone);
  expect(existsSync(fileOf(database))).toBe(false);
  await makeReady(database.url, storeOptions);
  await add(store, "1");
  expect(await idsIn(database)).toEqual(["a:1"]);
});
