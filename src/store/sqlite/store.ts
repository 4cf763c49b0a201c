import { Database } from "bun:sqlite";
import { mergeRows } from "../../rows/merge.ts";
import type { RowSet } from "../../rows/row.ts";
import { tables } from "../../rows/tables.ts";
import type { Migration, Store, StoreKind, StoreOptions } from "../store.ts";
import { classify } from "./classify.ts";
import { createIndexes, createTable } from "./sql.ts";
import { tableWriter } from "./table-writer.ts";

/** A database in a file of one machine: for labs, development and CI. */
export const sqlite: StoreKind = {
  title: "SQLite",
  parallelWrites: 1,
  migratesItself: true,
  open: async (url, options) => new SqliteStore(pathOf(url), options),
};

/** The file of `sqlite:PATH`; `sqlite:///abs` and `sqlite://rel` are understood, too. */
export function pathOf(url: string): string {
  return url.replace(/^sqlite:(?:\/\/)?/, "") || "kernelci.db";
}

/** A thread that waits for another writer hears no stop: longer waits are made of tries. */
const maxBusyMs = 2_000;

class SqliteStore implements Store {
  readonly #path: string;
  readonly #db: Database;
  #writers: Map<string, ReturnType<typeof tableWriter>> | undefined;

  constructor(path: string, options: StoreOptions) {
    this.#path = path;
    this.#db = this.#guard(`open the database ${path}`, () => {
      const db = new Database(path, { create: true, readwrite: true, strict: true });
      db.run(`pragma busy_timeout = ${Math.min(options.connectTimeoutMs, maxBusyMs)}`);
      db.run("pragma journal_mode = wal");
      db.run("pragma synchronous = full");
      db.run("pragma foreign_keys = off");
      return db;
    });
  }

  async write(rows: RowSet): Promise<void> {
    this.#guard("write the rows", () =>
      this.#transaction(() => {
        this.#writers ??= new Map(
          tables.map((table) => [table.name, tableWriter(this.#db, table)]),
        );
        for (const table of tables) {
          const list = rows.get(table);
          if (list?.length) this.#writers.get(table.name)?.(mergeRows(table, list));
        }
      }),
    );
  }

  async migrate(): Promise<Migration> {
    return this.#guard("create the tables", () =>
      this.#transaction(() => {
        const before = this.#names();
        for (const table of tables) {
          this.#db.run(createTable(table));
          for (const statement of createIndexes(table).values()) this.#db.run(statement);
        }
        const made = [...this.#names()].filter(([name]) => !before.has(name));
        const named = (type: string) => made.filter(([, t]) => t === type).map(([name]) => name);
        return { tables: named("table"), indexes: named("index") };
      }),
    );
  }

  async missing(): Promise<string[]> {
    return this.#guard("look at the tables", () =>
      tables.flatMap((table) => {
        const rows = this.#db.query(`select name from pragma_table_info('${table.name}')`).all();
        const present = new Set((rows as { name: string }[]).map((row) => row.name));
        if (present.size === 0) return [table.name];
        return table.columns
          .filter((column) => !present.has(column.name))
          .map((column) => `${table.name}.${column.name}`);
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#db.close();
  }

  #names(): Map<string, string> {
    const rows = this.#db.query("select name, type from sqlite_schema where sql is not null").all();
    return new Map((rows as { name: string; type: string }[]).map((row) => [row.name, row.type]));
  }

  #transaction<T>(work: () => T): T {
    this.#db.run("begin immediate");
    try {
      const result = work();
      this.#db.run("commit");
      return result;
    } catch (cause) {
      // Some failures have rolled back by themselves; the one that counts is the first.
      if (this.#db.inTransaction) this.#db.run("rollback");
      throw cause;
    }
  }

  #guard<T>(operation: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw classify(cause, operation, this.#path);
    }
  }
}
