import { Database, type Statement as PreparedStatement } from "bun:sqlite";
import { fileAt } from "../../base/file-at.ts";
import { StoreFault } from "../fault.ts";
import { type Reader, type ReaderOptions, type ReadRow, textFor } from "../reader.ts";
import type { SentValue, Statement } from "../statement.ts";
import { classify } from "./classify.ts";
import { readDialect } from "./read-dialect.ts";
import { requireKnownVersion } from "./schema.ts";

/** Opens a database in a file for reading, as `StoreKind.openReader` does. */
export function openSqliteReader(path: string, options: ReaderOptions): Reader {
  return new SqliteReader(path, options);
}

/** Room for pages: what is looked at is looked at again, and all of what is newest in a large file has room. */
const cacheKibibytes = 128 << 10;
/** The statements of a page or two: to prepare one with many values takes as long as to answer a small one. */
const maxPrepared = 40;
/** One that is longer takes memory, and so long to answer that this is not seen. */
const maxKeptText = 20_000;
/** A thread that waits for a writer hears nothing else. */
const maxBusyMs = 2_000;

type Prepared = PreparedStatement<ReadRow, SentValue[]>;

class SqliteReader implements Reader {
  readonly dialect = readDialect;
  readonly #path: string;
  readonly #busyTimeoutMs: number;
  readonly #prepared = new Map<string, Prepared>();
  #db: Database | undefined;
  /** The file that is open, as `fileAt` has it. */
  #file: string | undefined;
  /** How often one was opened. */
  #opened = 0;

  constructor(path: string, options: ReaderOptions) {
    this.#path = path;
    this.#busyTimeoutMs = Math.min(options.connectTimeoutMs, maxBusyMs);
  }

  async query(statement: Statement): Promise<ReadRow[]> {
    try {
      const text = textFor(statement, readDialect);
      if (text.length <= maxKeptText) return this.#prepare(text).all(...statement.values);
      using prepared = this.#connect().prepare<ReadRow, SentValue[]>(text);
      return prepared.all(...statement.values);
    } catch (cause) {
      if (cause instanceof StoreFault) throw cause;
      throw classify(cause, "read the database", this.#path);
    }
  }

  /** SQLite counts what others commit, for each connection. */
  async version(): Promise<string> {
    try {
      const row = this.#connect().query("pragma data_version").get() as { data_version: number };
      return `${this.#file} ${this.#opened} ${row.data_version}`;
    } catch (cause) {
      if (cause instanceof StoreFault) throw cause;
      throw classify(cause, "read the database", this.#path);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
  }

  /** A statement that was asked for before, or a new one. */
  #prepare(text: string): Prepared {
    const db = this.#connect();
    const prepared = this.#prepared.get(text) ?? db.prepare<ReadRow, SentValue[]>(text);
    // The last to be let go of is the one that was asked for last.
    this.#prepared.delete(text);
    this.#prepared.set(text, prepared);
    for (const [oldest, other] of this.#prepared) {
      if (this.#prepared.size <= maxPrepared) break;
      other.finalize();
      this.#prepared.delete(oldest);
    }
    return prepared;
  }

  /** The connection to the file that the path leads to: another one may have taken its place. */
  #connect(): Database {
    const found = fileAt(this.#path);
    if (this.#db && found === this.#file) return this.#db;
    this.#close();
    if (found === undefined) throw absent(this.#path);
    const db = new Database(this.#path, { readonly: true, strict: true });
    try {
      db.run(`pragma busy_timeout = ${this.#busyTimeoutMs}`);
      db.run("pragma query_only = on");
      db.run(`pragma cache_size = -${cacheKibibytes}`);
      requireKnownVersion(db, this.#path);
    } catch (cause) {
      db.close();
      throw cause;
    }
    this.#db = db;
    this.#opened += 1;
    this.#file = found;
    return db;
  }

  #close(): void {
    for (const prepared of this.#prepared.values()) prepared.finalize();
    this.#prepared.clear();
    this.#db?.close();
    this.#db = undefined;
  }
}

// --- internal ---

function absent(path: string): StoreFault {
  return new StoreFault(`the database file ${path} is missing`, {
    operation: "check the database file",
    path,
    class: "operator",
    hint: "choose it with --database, or ingest something first: kci-ingester monitor --once",
  });
}
