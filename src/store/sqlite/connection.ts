import { Database, type Statement } from "bun:sqlite";
import { realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { fileAt } from "../../base/file-at.ts";
import { requireKnownVersion } from "./schema.ts";

/** What lies beside an open database: its log, and the index of that. */
const sideFiles = ["-wal", "-shm"] as const;
/** Room for pages: little, since what another worker has written empties it each time. */
const cacheKibibytes = 8 << 10;
/** Of a file that is made anew; another keeps its own. Larger ones make for fewer writes a row. */
const pageBytes = 8 << 10;
/** At this number of pages a commit copies the log into the database itself, however busy the others are. */
const maxLogPages = 32_768;

/** Pages in the write-ahead log, and how many of them are in the database already. */
interface Log {
  log: number;
  checkpointed: number;
}

/** An open database file, and what tells it from another at its path. */
export class Connection implements Disposable {
  readonly db: Database;
  /** The file, as `fileAt` has it. */
  readonly file: string | undefined;
  /** Without symbolic links: SQLite has its log beside the file itself. */
  readonly #path: string;
  readonly #beside: readonly (string | undefined)[];
  readonly #statements: Statement[] = [];

  /** Opens the file; makes it only with `create`. Throws what SQLite does, and `StoreFault` on a newer one. */
  constructor(path: string, options: { create: boolean; busyTimeoutMs: number }) {
    // Another program may hold them for a file that is gone, and SQLite would share them with it.
    if (options.create && !fileAt(path)) setAside(path, filesBeside(path));
    this.db = new Database(path, { create: options.create, readwrite: true, strict: true });
    try {
      this.db.run(`pragma busy_timeout = ${options.busyTimeoutMs}`);
      this.db.run(`pragma page_size = ${pageBytes}`);
      if (options.create) prepareNew(this.db);
      // First: nothing is changed in a file that is refused.
      requireKnownVersion(this.db, path);
      this.db.run("pragma journal_mode = wal");
      this.db.run("pragma synchronous = full");
      this.db.run(`pragma cache_size = -${cacheKibibytes}`);
      this.db.run(`pragma wal_autocheckpoint = ${maxLogPages}`);
      // One large transaction makes it longer: it shrinks when it is begun anew.
      this.db.run(`pragma journal_size_limit = ${maxLogPages * pageBytes}`);
      this.db.run("pragma foreign_keys = off");
      // The first that is read opens what lies beside the file.
      this.db.query("pragma schema_version").get();
      this.file = fileAt(path);
      this.#path = realpathSync(path);
      this.#beside = filesBeside(this.#path);
    } catch (cause) {
      this.db.close();
      throw cause;
    }
  }

  /** Prepares a statement that lives as long as the connection. */
  prepare(text: string): Statement {
    const statement = this.db.prepare(text);
    this.#statements.push(statement);
    return statement;
  }

  /**
   * Copies the write-ahead log into the file, wherever that is by now and while others may write, where at
   * least that many pages are not copied yet. What fails is left to the next time: the rows are safe in the log.
   */
  copyLog(leastPages = 0): void {
    try {
      const log = this.db.query("pragma wal_checkpoint(noop)").get() as Log;
      if (log.log - log.checkpointed < leastPages) return;
      this.db.run("pragma wal_checkpoint(passive)");
    } catch {
      // A commit that finds the log too long copies it itself, and tells what fails.
    }
  }

  /** Closes; the last one to do so leaves a database that is whole in its one file. */
  [Symbol.dispose](): void {
    // SQLite itself does that only where the file has still its name.
    this.copyLog();
    // SQLite waits for every statement.
    for (const statement of this.#statements) statement.finalize();
    this.db.close();
  }

  /** Closes, and sets aside what lies beside the file where another file has its place. */
  leaveToAnother(): void {
    this[Symbol.dispose]();
    // The former file's log would be read as a part of the new one; behind a link that leads elsewhere
    // now, the former is still where it was.
    if (fileAt(this.#path) !== this.file) setAside(this.#path, this.#beside);
  }
}

// --- internal ---

/** What is deleted from a file that is made anew can be given back in small steps; another keeps its way. */
function prepareNew(db: Database): void {
  const { page_count } = db.query("pragma page_count").get() as { page_count: number };
  // In a file that has pages this would be a write.
  if (page_count === 0) db.run("pragma auto_vacuum = incremental");
}

function filesBeside(path: string): (string | undefined)[] {
  return sideFiles.map((suffix) => fileAt(path + suffix));
}

/**
 * Gives those of the files beside a database that are still the ones that were seen another name: the log
 * of a file that was copied elsewhere, and then deleted, may be all that is left of its last rows.
 */
function setAside(path: string, seen: readonly (string | undefined)[]): void {
  for (const [at, file] of filesBeside(path).entries()) {
    if (!file || file !== seen[at]) continue;
    const name = path + sideFiles[at];
    const holdsRows = sideFiles[at] === "-wal" && statSync(name).size > 0;
    if (holdsRows) renameSync(name, `${name}.former-${Date.now()}`);
    else rmSync(name, { force: true });
  }
}
