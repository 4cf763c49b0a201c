import type { SQLQueryBindings } from "bun:sqlite";
import { fileAt } from "../../base/file-at.ts";
import { followersOf, listings } from "../../rows/relations.ts";
import type { Table } from "../../rows/table.ts";
import { checkouts, incidents, issues } from "../../rows/tables.ts";
import { StoreFault } from "../fault.ts";
import { type PruneDialect, type PruneStatements, pruneStatements } from "../prune-sql.ts";
import type {
  DeletedIssues,
  FoundRows,
  PrunePlace,
  Pruner,
  PruneScope,
  RowCounts,
  Space,
} from "../pruner.ts";
import { classify } from "./classify.ts";
import { Connection } from "./connection.ts";
import { gone, replaced } from "./database-file.ts";
import { transact } from "./transact.ts";

/** Opens what deletes old rows of a file, as `StoreKind.openPruner` does. */
export function openPruner(path: string): Pruner {
  return new SqlitePruner(path);
}

const busyTimeoutMs = 2_000;
/** At this number of pages the log is copied into the file. */
const logPages = 1_000;
/** How many idle pages are given back at once. */
const pagesAtOnce = 500;
/** Of `pragma auto_vacuum`. */
const incremental = 2;

const dialect: PruneDialect = {
  time: "?1",
  origin: "?3",
  isGiven: (text) => `${text} in (select value from json_each(?2))`,
  isNotIn: (text, expression) => `${text} not in (select id from ${expression})`,
  byCodePoints: (text) => text,
};

class SqlitePruner implements Pruner {
  /** A service that waits for its turn looks for it every 0.1 s at the latest. */
  readonly pauseMs = 120;
  readonly #path: string;
  readonly #connection: Connection;

  constructor(path: string) {
    this.#path = path;
    this.#connection = this.#guard("open the database", () => {
      if (!fileAt(path)) throw gone(path);
      return new Connection(path, { create: false, busyTimeoutMs });
    });
  }

  async countRows(scope: PruneScope): Promise<RowCounts> {
    const { count } = pruneStatements(dialect, scope);
    return this.#guard(
      "count the rows",
      () => this.#all<Record<string, number>>(count, scope)[0] ?? {},
    );
  }

  async findRows(
    { name }: Table,
    scope: PruneScope,
    limit: number,
    [after = -1] = [] as PrunePlace,
  ): Promise<FoundRows | undefined> {
    const { isOld } = pruneStatements(dialect, scope);
    return this.#guard(`look for old rows of ${name}`, () => {
      const rows = this.#all<{ place: number; id: string; last: number }>(
        `select rowid as place, id, (select max(rowid) from ${name}) as last from ${name} as item where rowid > ${Number(after)} and ${isOld("item")} order by rowid limit ${limit}`,
        scope,
      );
      const end = rows.at(-1);
      if (!end) return undefined;
      return { ids: rows.map(({ id }) => id), end: [end.place], share: end.place / end.last };
    });
  }

  async deleteRows(table: Table, scope: PruneScope, ids: readonly string[]): Promise<number> {
    const statements = pruneStatements(dialect, scope);
    return this.#write(`delete rows of ${table.name}`, () =>
      this.#delete(table, scope, statements, ids),
    );
  }

  async deleteIssues(
    scope: PruneScope,
    given: readonly string[],
    limit: number,
  ): Promise<DeletedIssues> {
    const statements = pruneStatements(dialect, scope);
    return this.#write("delete issues", () => {
      const going = this.#ids(statements.goingIssues, scope, given);
      const deleted = this.#all(
        `delete from ${incidents.name} where rowid in (select rowid from ${incidents.name} where ${dialect.isGiven("issue_id")} limit ${limit}) returning id`,
        scope,
        going,
      ).length;
      if (deleted >= limit) return { incidents: deleted, issues: 0, isDone: false };
      const done = this.#delete(issues, scope, statements, going);
      return { incidents: deleted, issues: done, isDone: true };
    });
  }

  async space(): Promise<Space> {
    return this.#guard("check the file", () => {
      const [free, pages, size] = ["freelist_count", "page_count", "page_size"].map((name) =>
        this.#pragma(name),
      ) as [number, number, number];
      return { freeBytes: free * size, usedBytes: (pages - free) * size };
    });
  }

  get givesBackInSteps(): boolean {
    return this.#guard("check the file", () => this.#pragma("auto_vacuum") === incremental);
  }

  async giveBack(rebuilds: boolean): Promise<boolean> {
    const { db } = this.#connection;
    return this.#guard("give space back", () => {
      this.#seeFile();
      if (rebuilds) {
        db.run(`pragma auto_vacuum = ${incremental}`);
        db.run("vacuum");
      } else db.query(`pragma incremental_vacuum(${pagesAtOnce})`).all();
      this.#connection.copyLog();
      return this.#pragma("freelist_count") > 0;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection[Symbol.dispose]();
  }

  /** Deletes what may go of the given rows, with all that follows from them. */
  #delete(
    table: Table,
    scope: PruneScope,
    statements: PruneStatements,
    given: readonly string[],
  ): number {
    const ids = this.#ids(statements.deleteRows(table), scope, given);
    if (ids.length === 0) return 0;
    for (const { table: follower, column } of followersOf(table)) {
      this.#all(`delete from ${follower.name} where ${dialect.isGiven(column)}`, scope, ids);
    }
    if (table === checkouts) {
      for (const statement of statements.relist) this.#all(statement, scope, ids);
      for (const { name } of listings) {
        this.#all(`delete from ${name} where ${dialect.isGiven("checkout_id")}`, scope, ids);
      }
    }
    return ids.length;
  }

  #write<T>(operation: string, work: () => T): T {
    const result = this.#guard(operation, () => {
      this.#seeFile();
      return transact(this.#connection.db, work);
    });
    this.#connection.copyLog(logPages);
    return result;
  }

  #ids(text: string, scope: PruneScope, ids: readonly string[]): string[] {
    return this.#all<{ id: string }>(text, scope, ids).map(({ id }) => id);
  }

  #all<Row>(text: string, { before, origin }: PruneScope, ids: readonly string[] = []): Row[] {
    using statement = this.#connection.db.prepare(text);
    const values: SQLQueryBindings[] = [before, JSON.stringify(ids), origin ?? null];
    return statement.all(...values.slice(0, statement.paramsCount)) as Row[];
  }

  #pragma(name: string): number {
    const [[value] = []] = this.#connection.db.query(`pragma ${name}`).values();
    return Number(value);
  }

  #seeFile(): void {
    const found = fileAt(this.#path);
    if (!found) throw gone(this.#path);
    if (found !== this.#connection.file) throw replaced(this.#path);
  }

  #guard<T>(operation: string, work: () => T): T {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof StoreFault) throw cause;
      throw classify(cause, operation, this.#path);
    }
  }
}
