import { Database } from "bun:sqlite";
import type { RowSet } from "../../src/rows/row.ts";
import { tables } from "../../src/rows/tables.ts";
import { addRows } from "../../src/rows/to-rows.ts";
import type { Reader } from "../../src/store/reader.ts";
import type { Store } from "../../src/store/store.ts";
import { storeKind } from "../../src/store/store-kind.ts";
import type { Item, Submission } from "../../src/submission/submission.ts";
import type { TestDatabase, TestKind } from "../databases.ts";
import { prepareStore } from "../store/prepared-store.ts";

/** A database with tables, a store to fill it, and a reader of it; all go away with their scope. */
export interface ReadableDatabase extends AsyncDisposable {
  readonly database: TestDatabase;
  readonly reader: Reader;
  /** Writes submissions, each ingested a second after the one before. */
  write(...submissions: readonly Submission[]): Promise<void>;
  /** Empties all tables. */
  empty(): Promise<void>;
}

export async function openReader(url: string): Promise<Reader> {
  return storeKind(url).openReader(url, { connectTimeoutMs: 5_000, statementTimeoutMs: 20_000 });
}

/** Makes one; `keepsOpen` is for a file that stays in its place, and is asked thousands of times. */
export async function readableDatabase(
  kind: TestKind,
  { keepsOpen = false } = {},
): Promise<ReadableDatabase> {
  const { database: created, store } = await prepareStore(kind);
  // What a server has noted of rows that were emptied out since would be held against others, at any moment.
  if (kind.name === "Postgres") {
    for (const { name } of tables)
      await created.query(`alter table ${name} set (autovacuum_enabled = off)`);
  }
  const database = keepsOpen && kind.name === "SQLite" ? keptOpen(created) : created;
  const reader = await openReader(database.url);
  let second = 0;
  return {
    database,
    reader,
    async write(...submissions) {
      for (const submission of submissions) await writeTo(store, submission, second++);
    },
    async empty() {
      const names = tables.map(({ name }) => name);
      // Rows that are deleted stay, and are passed over, until somebody has the time to sweep.
      if (kind.name === "Postgres") await database.query(`truncate ${names.join(", ")}`);
      else for (const name of names) await database.query(`delete from ${name}`);
    },
    async [Symbol.asyncDispose]() {
      await reader[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** A submission in two: every other object of each list in each. */
export function halves(submission: Submission): [Submission, Submission] {
  const half = (which: number) =>
    Object.fromEntries(
      Object.entries(submission).map(([name, value]) => [
        name,
        Array.isArray(value) ? (value as Item[]).filter((_, at) => at % 2 === which) : value,
      ]),
    ) as Submission;
  return [half(0), half(1)];
}

// --- internal ---

/** A SQLite database whose schema is not read anew for each query. */
function keptOpen(created: TestDatabase): TestDatabase {
  const db = new Database(created.url.replace("sqlite:", ""));
  db.run("pragma busy_timeout = 20000");
  return {
    url: created.url,
    async query(text) {
      using prepared = db.prepare<Record<string, unknown>, []>(text);
      return prepared.all();
    },
    async [Symbol.asyncDispose]() {
      db.close();
      await created[Symbol.asyncDispose]();
    },
  };
}

async function writeTo(store: Store, submission: Submission, second: number): Promise<void> {
  const rows: RowSet = new Map();
  addRows(
    rows,
    submission,
    new Date(Date.UTC(2026, 6, 2) + second * 1000).toISOString().replace("Z", "000Z"),
  );
  await store.write(rows);
}
