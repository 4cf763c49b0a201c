/** A kind of database to measure on, with the way to measure its limit. */
export interface Target extends AsyncDisposable {
  readonly name: "Postgres" | "SQLite";
  /** For people: which server, and what holds for its sessions. */
  readonly about: string;
  /** Makes a database with all tables and indexes: empty, or a copy of one that nobody uses by now. */
  create(from?: BenchDatabase): Promise<BenchDatabase>;
}

export interface BenchDatabase extends AsyncDisposable {
  readonly url: string;
  /** Keeps the rows of all nine tables aside, for `writeFinished` of another database. */
  takeRows(): Promise<FinishedRows>;
  /** Writes finished rows the fastest plain way, in one transaction; returns milliseconds. */
  writeFinished(rows: FinishedRows): Promise<number>;
  /** Whether a test of that id is visible to others. */
  hasTest(id: string): Promise<boolean>;
  countRows(): Promise<number>;
  /** Leaves no work of before to whoever is measured next. */
  settle(): Promise<void>;
}

/** Rows by table, in whatever form the target likes best. */
export interface FinishedRows extends Disposable {
  readonly tables: ReadonlyMap<string, unknown>;
}
