import type { RowSet } from "../../src/rows/row.ts";
import { tables } from "../../src/rows/tables.ts";
import type { Migration, Store, StoreOptions } from "../../src/store/store.ts";
import { storeKind } from "../../src/store/store-kind.ts";
import type { TestDatabase } from "../databases.ts";
import type { LaidOutKind } from "./store-kinds.ts";

export const storeOptions: StoreOptions = { connectTimeoutMs: 5_000, statementTimeoutMs: 20_000 };

/** What `migrate` returns where all was there. */
export const nothingMade: Migration = {
  tables: [],
  indexes: [],
  columns: [],
  views: [],
  others: [],
  left: [],
};

/** What a database lacks, by name. */
export async function missingNames(store: Store): Promise<string[]> {
  return (await store.missing()).map(({ name }) => name);
}

/** A database with tables, and a store on it; both go away with their scope. */
export interface Prepared extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly store: Store;
}

/** Opens one more store on a database; `asLarge` has it write all rows as those of a large submission. */
export async function openStore(url: string, asLarge = false): Promise<Store> {
  const store = await storeKind(url).open(url, storeOptions);
  if (asLarge) store.write = (rows) => store.writeParts(partsOf(rows));
  return store;
}

/** Takes all rows out of a database: much quicker than to make another one. */
export async function emptyTables(database: TestDatabase): Promise<void> {
  for (const { name } of tables) await database.query(`delete from ${name}`);
}

/** Makes a database with its tables. */
export async function databaseWithTables(kind: LaidOutKind): Promise<TestDatabase> {
  const { database, store } = await prepareStore(kind);
  await store[Symbol.asyncDispose]();
  return database;
}

/** Makes a database, its tables, and opens a store. */
export async function prepareStore(kind: LaidOutKind): Promise<Prepared> {
  const database = await kind.create(kind.layOut ? undefined : "tables");
  await kind.layOut?.(database);
  const store = await openStore(database.url, kind.asLarge);
  if (!database.hasTables) await store.migrate();
  return {
    database,
    store,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

// --- internal ---

async function* partsOf(rows: RowSet): AsyncGenerator<RowSet> {
  yield rows;
}
