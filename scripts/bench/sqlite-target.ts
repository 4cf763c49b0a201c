import { Database, type SQLQueryBindings } from "bun:sqlite";
import { spawnSync } from "node:child_process";
import { constants, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tables } from "../../src/rows/tables.ts";
import { sqlite as kind } from "../../src/store/sqlite/kind.ts";
import { ownFolder } from "./own-folder.ts";
import type { BenchDatabase, FinishedRows, Target } from "./target.ts";

const timeouts = { connectTimeoutMs: 10_000, statementTimeoutMs: 120_000 };

/** Databases in files of the temporary folder. */
export async function sqliteTarget(): Promise<Target> {
  using db = new Database(":memory:");
  const row = db.query("select sqlite_version() as version").get() as { version: string };
  const parent = ownFolder("bench-sqlite");
  return {
    name: "SQLite",
    about: `SQLite ${row.version}, WAL, synchronous FULL`,
    async create(from) {
      const folder = mkdtempSync(join(parent, "database-"));
      const path = join(folder, "bench.db");
      if (from) copyFileSync(from.url.slice("sqlite:".length), path, constants.COPYFILE_FICLONE);
      else {
        await using store = await kind.open(`sqlite:${path}`, timeouts);
        await store.migrate();
      }
      return new Sqlite(folder, path);
    },
    async [Symbol.asyncDispose]() {},
  };
}

// --- internal ---

class Sqlite implements BenchDatabase {
  readonly url: string;
  readonly #folder: string;
  readonly #path: string;
  #reader: Database | undefined;

  constructor(folder: string, path: string) {
    this.#folder = folder;
    this.#path = path;
    this.url = `sqlite:${path}`;
  }

  async takeRows(): Promise<FinishedRows> {
    using db = new Database(this.#path, { readonly: true });
    const rows = new Map<string, unknown>(
      tables.map((table) => [table.name, db.query(`select * from ${table.name}`).values()]),
    );
    return { tables: rows, [Symbol.dispose]: () => {} };
  }

  /** Prepared inserts on one connection, with the journal and durability of ours. */
  async writeFinished(rows: FinishedRows): Promise<number> {
    using db = new Database(this.#path);
    db.run("pragma journal_mode = wal");
    db.run("pragma synchronous = full");
    const startMs = performance.now();
    db.run("begin immediate");
    for (const table of tables) {
      const list = rows.tables.get(table.name) as SQLQueryBindings[][];
      const places = table.columns.map(() => "?").join(", ");
      using insert = db.prepare(`insert into ${table.name} values (${places})`);
      for (const row of list) insert.run(...row);
    }
    db.run("commit");
    return performance.now() - startMs;
  }

  async hasTest(id: string): Promise<boolean> {
    this.#reader ??= new Database(this.#path, { readonly: true });
    return this.#reader.query("select 1 from tests where id = ?").get(id) !== null;
  }

  async countRows(): Promise<number> {
    using db = new Database(this.#path, { readonly: true });
    const counts = tables.map((table) => `(select count(*) from ${table.name})`);
    const row = db.query(`select ${counts.join(" + ")} as count`).get() as { count: number };
    return row.count;
  }

  async settle(): Promise<void> {
    spawnSync("sync", ["-f", this.#folder]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#reader?.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
