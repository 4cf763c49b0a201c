import type { Given, Parameters, ReadText } from "./given.ts";
import type { Pruner } from "./pruner.ts";
import type { Reader, ReaderOptions } from "./reader.ts";
import type { Store, StoreOptions } from "./store.ts";

/**
 * A kind of database: all that the program must know of one before it has opened it. What takes time to
 * load, such as a driver, is loaded by `open`.
 */
export interface StoreKind {
  /** For people: "SQLite", "Postgres". */
  readonly title: string;
  /** What its URLs begin with, without the colon; the first is the usual one. */
  readonly schemes: readonly string[];
  /** The form of its URLs, for people: `sqlite:PATH`. */
  readonly urlForm: string;
  /** How many stores can write at once; the rest would only wait. */
  readonly parallelWrites: number;
  /** A database of one user's own is made ready when it is opened; a shared one by `migrate` alone. */
  readonly migratesItself: boolean;
  /** Variables of the environment that say what a URL leaves out. */
  readonly variables: readonly string[];
  /** Those of them that hold nothing but a secret. */
  readonly secretVariables: readonly string[];
  /**
   * Those of them that name a database: they do where a URL is its scheme alone, as `postgres:`. Without
   * any, such a URL is refused.
   */
  readonly placeVariables: readonly string[];
  /**
   * Checks a URL, and returns it whole: with what its surroundings add. Opens nothing. Throws `StoreFault`
   * (operator) whose `path` is the flag or variable that cannot be used; it shows no secret.
   */
  readUrl(given: Given, surroundings: Surroundings): string;
  /**
   * The URL of what was given as parameters of libpq, one by one; `from` is the setting that they are of.
   * Absent where the kind has none. Throws as `readUrl` does.
   */
  fromParameters?(from: string, parameters: Parameters, surroundings: Surroundings): string;
  /** Which database a URL names that `readUrl` has returned. */
  identify(url: string): DatabaseIdentity;
  /**
   * The same URL for everybody's eyes: without its secrets, and with no path that means another place
   * elsewhere. `completeUrl` gives it the secrets of whoever reads it.
   */
  publicUrl(url: string): string;
  /** Throws `StoreFault` (operator) where the URL cannot be used. */
  completeUrl(url: string, surroundings: Surroundings): string;
  /** Whether what the URL names is another one on another machine: a file, a socket, loopback. */
  isOfThisMachine(url: string): boolean;
  /** The file on this machine that is the database; undefined for a server. */
  fileOf(url: string): string | undefined;
  /**
   * Whether the database is not there yet, and is made when it is opened. Throws `StoreFault` (operator) where
   * it cannot be made.
   */
  isAbsent(url: string): boolean;
  /** What the codes of its errors begin with: classes of SQLSTATE, primary codes of SQLite. */
  errorClasses(): Promise<string[]>;
  /** Opens a store. Throws `StoreFault` where what is there cannot be used. */
  open(url: string, options: StoreOptions): Promise<Store>;
  /** Opens a connection that only reads. What is wrong with the database is thrown by its first query. */
  openReader(url: string, options: ReaderOptions): Promise<Reader>;
  /**
   * Copies the database, while others write it, into an empty file of the caller's own: durable, and seen to be
   * whole. It has every row that was committed before. Throws `StoreFault`; the file is to be removed then.
   */
  backUp(url: string, target: string): Promise<Backup>;
  /** Opens what deletes old rows. Throws `StoreFault` where the database cannot be used, or not for that. */
  openPruner(url: string, options: StoreOptions): Promise<Pruner>;
}

/** What a backup holds. */
export interface Backup {
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
}

/** What tells one database from another, and who asks for it. */
export interface DatabaseIdentity {
  /** Equal for URLs that name the same database, asked for by the same user. */
  readonly place: string;
  readonly password?: string | undefined;
}

/** What a URL is read beside. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readText: ReadText;
}

/** Where a URL stands for itself. */
export const noSurroundings: Surroundings = { env: {}, readText: () => undefined };
