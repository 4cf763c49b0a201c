import type { TransactionSql } from "postgres";
import { followersOf, listings } from "../../rows/relations.ts";
import type { Table } from "../../rows/table.ts";
import { checkouts, incidents, issues, tables, treeListing } from "../../rows/tables.ts";
import { type PruneDialect, type PruneStatements, pruneStatements } from "../prune-sql.ts";
import type {
  DeletedIssues,
  FoundRows,
  PrunePlace,
  Pruner,
  PruneScope,
  RowCounts,
} from "../pruner.ts";
import type { StoreOptions } from "../store.ts";
import { dashboardTables } from "./dashboard-tables.ts";
import { requireDelete } from "./rights.ts";
import { Session } from "./session.ts";
import { transact } from "./transact.ts";

/** Opens what deletes old rows on a server, as `StoreKind.openPruner` does. */
export async function openPruner(url: string, options: StoreOptions): Promise<Pruner> {
  const pruner = new PostgresPruner(new Session(url, options));
  try {
    await pruner.begin();
    return pruner;
  } catch (cause) {
    await pruner[Symbol.asyncDispose]();
    throw cause;
  }
}

/** Far below the second after which the server looks for deadlocks: a service hardly ever has to give way. */
const lockTimeoutMs = 100;

const dialect: PruneDialect = {
  time: "$1::text::timestamptz",
  origin: "$3::text",
  isGiven: (text) => `${text} = any($2::text[])`,
  isNotIn: (text, expression) =>
    `not exists (select 1 from ${expression} as going where going.id = ${text})`,
  byCodePoints: (text) => `${text} collate "C"`,
};

class PostgresPruner implements Pruner {
  /** Others write at the same time. */
  readonly pauseMs = 10;
  /** The server uses the space again by itself. */
  readonly givesBackInSteps = false;
  readonly #session: Session;
  /** Tables of the dashboard that are there. */
  #others: readonly Table[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  /** Sees what there is, and that it may be deleted from. */
  async begin(): Promise<void> {
    await this.#session.run("check the tables", async ({ sql }) => {
      const found = await sql.unsafe<{ name: string }[]>(
        "select name from unnest($1::text[]) as name where to_regclass(name) is not null",
        [arrayOf(dashboardTables.map(({ name }) => name))] as never[],
      );
      const names = new Set(found.map(({ name }) => name));
      this.#others = dashboardTables.filter(({ name }) => names.has(name));
      await requireDelete(sql, [...tables, ...this.#others]);
    });
  }

  async countRows(scope: PruneScope): Promise<RowCounts> {
    const { count } = pruneStatements(dialect, scope);
    return this.#session.run("count the rows", async ({ sql }) => {
      const [row = {}] = await ask<Record<string, string>>(sql, count, scope);
      return Object.fromEntries(Object.entries(row).map(([name, rows]) => [name, Number(rows)]));
    });
  }

  async findRows(
    { name }: Table,
    scope: PruneScope,
    limit: number,
    after?: PrunePlace,
  ): Promise<FoundRows | undefined> {
    const { isOld } = pruneStatements(dialect, scope);
    const beyond = after ? " and (_timestamp, id) > ($4::text::timestamptz, $5::text)" : "";
    return this.#session.run(`look for old rows of ${name}`, async ({ sql }) => {
      const rows = await ask<{ id: string; at: string }>(
        sql,
        `select id, _timestamp::text as at from ${name} as item where ${isOld("item")}${beyond} order by _timestamp, id limit ${limit}`,
        scope,
        [],
        after,
      );
      const end = rows.at(-1);
      return end && { ids: rows.map(({ id }) => id), end: [end.at, end.id], share: undefined };
    });
  }

  async deleteRows(table: Table, scope: PruneScope, ids: readonly string[]): Promise<number> {
    const statements = pruneStatements(dialect, scope);
    return this.#write(`delete rows of ${table.name}`, (transaction) =>
      this.#delete(transaction, table, scope, statements, ids),
    );
  }

  async deleteIssues(
    scope: PruneScope,
    given: readonly string[],
    limit: number,
  ): Promise<DeletedIssues> {
    const statements = pruneStatements(dialect, scope);
    return this.#write("delete issues", async (transaction) => {
      const going = idsOf(await ask(transaction, statements.goingIssues, scope, given));
      const chosen = await ask<{ id: string }>(
        transaction,
        `select id from ${incidents.name} where ${dialect.isGiven("issue_id")} order by id limit ${limit} for update skip locked`,
        scope,
        going,
      );
      await ask(
        transaction,
        `delete from ${incidents.name} where ${dialect.isGiven("id")}`,
        scope,
        idsOf(chosen),
      );
      if (chosen.length >= limit) return { incidents: chosen.length, issues: 0, isDone: false };
      const done = await this.#delete(transaction, issues, scope, statements, going);
      return { incidents: chosen.length, issues: done, isDone: true };
    });
  }

  async space(): Promise<undefined> {
    return undefined;
  }

  async giveBack(): Promise<boolean> {
    return false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#session[Symbol.asyncDispose]();
  }

  /** Deletes what may go of the given rows, but for those that others have in hand, with all that follows from them. */
  async #delete(
    transaction: TransactionSql,
    table: Table,
    scope: PruneScope,
    statements: PruneStatements,
    given: readonly string[],
  ): Promise<number> {
    const locking = `${statements.deletable(table)} for update skip locked`;
    const free = idsOf(await ask(transaction, locking, scope, given));
    const ids = idsOf(await ask(transaction, statements.deleteRows(table), scope, free));
    if (ids.length === 0) return 0;
    for (const { table: follower, column } of followersOf(table)) {
      const text = `delete from ${follower.name} where ${dialect.isGiven(column)}`;
      await ask(transaction, text, scope, ids);
    }
    if (table === checkouts) await this.#unlist(transaction, scope, statements, ids);
    return ids.length;
  }

  /** Sees that nothing tells of checkouts that are gone. */
  async #unlist(
    transaction: TransactionSql,
    scope: PruneScope,
    { relist }: PruneStatements,
    ids: readonly string[],
  ): Promise<void> {
    for (const statement of relist) await ask(transaction, statement, scope, ids);
    const isGone = dialect.isGiven("checkout_id");
    const keys = treeListing.conflict.on;
    const summaries = this.#others.filter(
      ({ columns }) => !columns.some(({ name }) => name === "checkout_id"),
    );
    for (const { name } of summaries) {
      const same = keys.map((key) => `summary.${key} is not distinct from listing.${key}`);
      const text = `delete from ${name} as summary using ${treeListing.name} as listing where ${dialect.isGiven("listing.checkout_id")} and ${same.join(" and ")}`;
      await ask(transaction, text, scope, ids);
    }
    for (const { name } of [...listings, ...this.#others]) {
      if (summaries.some((summary) => summary.name === name)) continue;
      await ask(transaction, `delete from ${name} where ${isGone}`, scope, ids);
    }
  }

  #write<T>(operation: string, work: (transaction: TransactionSql) => Promise<T>): Promise<T> {
    const timeoutMs = this.#session.options.statementTimeoutMs;
    return this.#session.run(operation, ({ sql }) =>
      transact(sql, async (transaction) => {
        await transaction.unsafe(
          `set local statement_timeout = ${timeoutMs}; set local lock_timeout = ${lockTimeoutMs}`,
        );
        return work(transaction);
      }),
    );
  }
}

// --- internal ---

/** Runs a statement with those of its parameters that it has. */
function ask<Row extends object>(
  sql: Pick<TransactionSql, "unsafe">,
  text: string,
  { before, origin }: PruneScope,
  ids: readonly string[] = [],
  after: PrunePlace = [],
): Promise<Row[]> {
  const values = [before, arrayOf(ids), origin ?? null, ...after];
  // The server wants to be told of no more than the statement has.
  const places = [...new Set(text.match(/\$\d/g))].sort();
  const compact = places.reduce(
    (statement, place, at) => statement.replaceAll(place, `$${at + 1}`),
    text,
  );
  const given = places.map((place) => values[Number(place.slice(1)) - 1] ?? null);
  return sql.unsafe<Row[]>(compact, given as never[]) as unknown as Promise<Row[]>;
}

function idsOf(rows: readonly object[]): string[] {
  return (rows as readonly { id: string }[]).map(({ id }) => id);
}

/** An array in the text form of Postgres. */
function arrayOf(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
