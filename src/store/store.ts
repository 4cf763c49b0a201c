import type { RowSet } from "../rows/row.ts";
import type { Gap } from "./gap.ts";

/**
 * The port to a database. A store owns one connection and does one thing at a time; whoever needs
 * two opens two. Every failure is a `StoreFault`; after one the store is clean and can be used again
 * (it reconnects by itself).
 */
export interface Store extends AsyncDisposable {
  /**
   * Writes all rows in one transaction, by the conflict rule of each table (`rows/README.md` 2), or
   * none. Rows of one key may occur several times, in order of arrival. Idempotent but for
   * `_timestamp`. What keeps other writers out is done `inTurn`, or at once.
   */
  write(rows: RowSet, inTurn?: InTurn): Promise<void>;
  /**
   * Writes rows that are made part by part, all of them in one transaction: for more than memory should hold. Each
   * part is written as by `write`, before the next one is asked for. Throws what making them throws, too, after a
   * rollback.
   */
  writeParts(parts: AsyncIterable<RowSet>, inTurn?: InTurn): Promise<void>;
  /**
   * Writes rows as `write` does, and takes them back: whether the database takes such rows now. Throws what
   * `write` would.
   */
  tryOut(rows: RowSet, inTurn?: InTurn): Promise<void>;
  /**
   * Creates what is missing of tables, constraints and indexes. Adds columns that are missing and may be
   * NULL, to a shared database only with `alter`; makes the views, there only with `views`; else alters
   * nothing that is there.
   */
  migrate(options?: MigrateOptions): Promise<Migration>;
  /**
   * What ingestion needs and the database lacks or has otherwise; empty when all is there. Throws also
   * where the user has no right to what is there.
   */
  missing(): Promise<Gap[]>;
  /** What works, but not as safely as it could: a sentence each. */
  warnings(): Promise<string[]>;
  /**
   * Takes the tests that wait for the start time of their checkout (`rows/README.md` 3) out of `pending_test`,
   * whoever put them there; returns how many. `write` keeps out those that come after.
   */
  withhold(): Promise<number>;
  /**
   * Each tree name and repository URL that checkouts have together, once, those of an origin apart from those
   * of the others, in any order; repositories of `except` are left out. Changes nothing.
   */
  trees(origin: string, except: Iterable<string>): Promise<StoredTrees>;
}

/** A tree name, or none, and the URL of a repository. */
export type StoredTree = readonly [name: string | null, url: string];

/** What `trees` returns. */
export interface StoredTrees {
  readonly ofOrigin: readonly StoredTree[];
  readonly ofOthers: readonly StoredTree[];
}

/** Runs something when it is the turn of whoever asks; returns or throws what that does. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>;

/** What `migrate` may do to a shared database. */
export interface MigrateOptions {
  alter?: boolean | undefined;
  views?: boolean | undefined;
}

/** What `migrate` made, by name. */
export interface Migration {
  tables: string[];
  indexes: string[];
  /** Added to tables that were there, as `table.column`. */
  columns: string[];
  views: string[];
  /** What has the name of a view of ours and is none: it stays. */
  others: string[];
  /** What it may not or cannot close. */
  left: Gap[];
}

/** How long a store waits, in milliseconds. */
export interface StoreOptions {
  /** How long to wait for a connection, or for another writer; a store may wait less. */
  connectTimeoutMs: number;
  /** How long one statement may go without an answer before its connection is given up. */
  statementTimeoutMs: number;
}
