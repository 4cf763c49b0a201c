import { Database } from "bun:sqlite";
import { mergeRows } from "../../rows/merge.ts";
import type { RowSet } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { tables } from "../../rows/tables.ts";
import type { InTurn, Migration, Store, StoreKind, StoreOptions } from "../store.ts";
import { classify } from "./classify.ts";
import { pathOf } from "./path-of.ts";
import { createIndexes, createTable } from "./sql.ts";
import { type TableWriter, tableWriter } from "./table-writer.ts";

/** A database in a file of one machine: for labs, development and CI. */
export const sqlite: StoreKind = {
  title: "SQLite",
  parallelWrites: 1,
  migratesItself: true,
  open: async (url, options) => new SqliteStore(pathOf(url), options),
};

/** A thread that waits for another writer hears no stop: longer waits are made of tries. */
const maxBusyMs = 2_000;

/** From so many pages on a store copies the log into the database when it has written, out of its turn. */
const logPages = 1_000;
/** And at so many within it, however busy the others are. */
const maxLogPages = 16_384;

/** Room for pages: little, since what another lane has written empties it each time. */
const cacheKibibytes = 8 << 10;

/** Pages in the write-ahead log, and how many of them are in the database already. */
interface Log {
  log: number;
  checkpointed: number;
}

class SqliteStore implements Store {
  readonly #path: string;
  readonly #db: Database;
  #writers: (readonly [Table, TableWriter])[] | undefined;

  constructor(path: string, options: StoreOptions) {
    this.#path = path;
    this.#db = this.#guard(`open the database ${path}`, () => {
      const db = new Database(path, { create: true, readwrite: true, strict: true });
      db.run(`pragma busy_timeout = ${Math.min(options.connectTimeoutMs, maxBusyMs)}`);
      db.run("pragma journal_mode = wal");
      db.run("pragma synchronous = full");
      db.run(`pragma cache_size = -${cacheKibibytes}`);
      db.run(`pragma wal_autocheckpoint = ${maxLogPages}`);
      db.run("pragma foreign_keys = off");
      return db;
    });
  }

  async write(rows: RowSet, inTurn?: InTurn): Promise<void> {
    const writes = this.#guard("prepare the rows", () => {
      this.#writers ??= tables.map((table) => [table, tableWriter(this.#db, table)]);
      return this.#writers.flatMap(([table, writer]) => {
        const list = rows.get(table);
        return list?.length ? [writer(mergeRows(table, list))] : [];
      });
    });
    const write = async () =>
      this.#guard("write the rows", () =>
        this.#transaction(() => {
          for (const writeTable of writes) writeTable();
        }),
      );
    await (inTurn ? inTurn(write) : write());
    this.#checkpoint();
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

  /**
   * Copies the write-ahead log into the database where there is enough of it, while others may write;
   * the rows are safe in the log. What fails is left to the next time.
   */
  #checkpoint(): void {
    try {
      const log = this.#db.query("pragma wal_checkpoint(noop)").get() as Log;
      if (log.log - log.checkpointed >= logPages) this.#db.run("pragma wal_checkpoint(passive)");
    } catch {
      // A commit that finds the log too long copies it itself, and tells what fails.
    }
  }

  #names(): Map<string, string> {
    const rows = this.#db.query("select name, type from sqlite_schema where sql is not null").all();
    return new Map((rows as { name: string; type: string }[]).map((row) => [row.name, row.type]));
  }

  #transaction<T>(work: () => T): T {
    this.#rollBack();
    this.#db.run("begin immediate");
    try {
      const result = work();
      this.#db.run("commit");
      return result;
    } catch (cause) {
      try {
        this.#rollBack();
      } catch {
        // The failure that counts is the first; the next transaction rolls back what this one left.
      }
      throw cause;
    }
  }

  /** Some failures have rolled back by themselves. */
  #rollBack(): void {
    if (this.#db.inTransaction) this.#db.run("rollback");
  }

  #guard<T>(operation: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw classify(cause, operation, this.#path);
    }
  }
}
