import type { TransactionSql } from "postgres";
import { mergeRows } from "../../rows/merge.ts";
import type { RowSet } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { tables } from "../../rows/tables.ts";
import type { Gap } from "../gap.ts";
import { guardParts, PartsFailure, readAhead } from "../parts.ts";
import type { MigrateOptions, Migration, Store, StoredTrees, StoreOptions } from "../store.ts";
import type { ServerConnection } from "./connection/log-in.ts";
import { encodingWarnings, requireEncoding } from "./encoding.ts";
import { missing } from "./missing.ts";
import { requireRights, requireTables, rightsWarnings } from "./rights.ts";
import { migrate } from "./schema.ts";
import { Session } from "./session.ts";
import { skippedRowsWarnings } from "./skipped-rows.ts";
import { dropStaging } from "./sql.ts";
import { storedTrees } from "./stored-trees.ts";
import { racedKey } from "./table-writer.ts";
import { transact } from "./transact.ts";
import { areFew } from "./value-texts.ts";
import { withholdStored } from "./withhold.ts";
import { writeAtOnce } from "./write-at-once.ts";
import { type MergedRows, writeTables } from "./write-tables.ts";

/** So often rows begin anew where another session is faster with some key each time. */
const mostTries = 10;
/** So often with one and the same key: then an index of somebody else has it. */
const mostWithOneKey = 3;

/** A store on a server, as `StoreKind.open` gives it; connects when it is first used. */
export function openPostgres(url: string, options: StoreOptions): Store {
  return new PostgresStore(url, options);
}

class PostgresStore implements Store {
  readonly #session: Session;

  constructor(url: string, options: StoreOptions) {
    this.#session = new Session(url, options);
  }

  /** Takes no turns: the server lets many write at once. */
  write(rows: RowSet): Promise<void> {
    return this.#write(rows);
  }

  async writeParts(parts: AsyncIterable<RowSet>): Promise<void> {
    try {
      await this.#writeParts(guardParts(readAhead(parts)));
    } catch (cause) {
      throw cause instanceof PartsFailure ? cause.cause : cause;
    }
  }

  tryOut(rows: RowSet): Promise<void> {
    return this.#write(rows, "set constraints all immediate; rollback");
  }

  migrate(options: MigrateOptions = {}): Promise<Migration> {
    return this.#session.run("create the tables", async (connection) => {
      requireEncoding(connection);
      return migrate(connection.sql, options);
    });
  }

  missing(): Promise<Gap[]> {
    return this.#session.run("check the tables", async (connection) => {
      requireEncoding(connection);
      const { sql } = connection;
      // All at once: most of the time goes into the ways there and back.
      const [gaps, areTables, areRights] = await Promise.allSettled([
        missing(sql),
        requireTables(sql),
        requireRights(sql),
      ]);
      const found = resultOf(gaps);
      if (found.some(({ kind }) => kind === "table")) return found;
      resultOf(areTables);
      if (found.length === 0) resultOf(areRights);
      return found;
    });
  }

  warnings(): Promise<string[]> {
    return this.#session.run("look for warnings", async (connection) => {
      const { sql } = connection;
      // One after the other: a pooler may give what follows an answer to another session.
      const ofRights = await rightsWarnings(sql);
      return [...encodingWarnings(connection), ...ofRights, ...(await skippedRowsWarnings(sql))];
    });
  }

  withhold(): Promise<number> {
    return this.#session.run("find tests that must wait", (connection) =>
      withholdStored(connection.sql, this.#prelude(connection)),
    );
  }

  trees(origin: string, except: Iterable<string>): Promise<StoredTrees> {
    return this.#session.run("read the names of trees", (connection) =>
      storedTrees(connection.sql, this.#prelude(connection), origin, except),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }

  /**
   * Writes rows in a transaction that ends with `end`. Where another session was faster with a key, they begin
   * anew: who looks again with keys of its own made known can wait for another in a circle. Where that
   * happens each time, or an index of somebody else has the key, they look again all the same.
   */
  async #write(rows: RowSet, end?: string): Promise<void> {
    const merged = mergeAll(rows);
    if (await isWritten(() => this.#writeMerged(merged, end))) return;
    await this.#writeParts([rows], { end, looksAgain: true });
  }

  /** Returns the key that another session was faster with; nothing is written then. */
  #writeMerged(rows: MergedRows, end: string | undefined): Promise<string | undefined> {
    let current: string | undefined;
    const onTable = (table: Table) => {
      current = table.name;
    };
    const areAtOnce = areFew(rows.values());
    const work = (connection: ServerConnection) => {
      // Where they are few, most of the time goes into the ways there and back.
      if (areAtOnce) {
        const frame = { begin: `begin; ${this.#limits(connection)}`, end: end ?? "commit" };
        return writeAtOnce(connection, rows, frame, onTable);
      }
      return unlessRaced(
        this.#transact(connection, end, async (transaction) => {
          await writeTables(transaction, rows, onTable, "throw");
          current = undefined;
        }),
      );
    };
    return this.#session.run("write the rows", work, () => current);
  }

  /**
   * Writes parts one after the other; the connection must answer within the deadline for each. Where another
   * session was faster with a key of a part, this begins anew, from a savepoint: so it holds no more than the
   * parts before, and at the first one nothing. With `looksAgain` it looks again at once.
   */
  async #writeParts(
    parts: Iterable<RowSet> | AsyncIterable<RowSet>,
    { end, looksAgain = false }: { end?: string | undefined; looksAgain?: boolean } = {},
  ): Promise<void> {
    let current: string | undefined;
    const onTable = (table: Table) => {
      current = table.name;
    };
    const work = (connection: ServerConnection, goesOn: () => void) =>
      this.#transact(connection, end, async (transaction) => {
        for await (const rows of parts) {
          const merged = mergeAll(rows);
          const trying = () => {
            goesOn();
            const write = (inner: TransactionSql) => writeTables(inner, merged, onTable, "throw");
            return unlessRaced(transact(transaction, write));
          };
          if (!looksAgain && (await isWritten(trying))) continue;
          goesOn();
          await writeTables(transaction, merged, onTable, "look again");
        }
        current = undefined;
      });
    await this.#session.run("write the rows", work, () => current);
  }

  /** Writes in a transaction that ends with `end`. */
  #transact(
    connection: ServerConnection,
    end: string | undefined,
    write: (transaction: TransactionSql) => Promise<void>,
  ): Promise<void> {
    return transact(connection.sql, async (transaction) => {
      await transaction.unsafe(this.#prelude(connection));
      await write(transaction);
      if (connection.isPooled) await transaction.unsafe(dropStaging(tables));
      // The driver's commit finds nothing to do then.
      if (end !== undefined) await transaction.unsafe(end);
    });
  }

  /** A session that a pooler lends may have staging tables of another version of this program. */
  #prelude(connection: ServerConnection): string {
    const limits = this.#limits(connection);
    return connection.isPooled ? `${limits}; ${dropStaging(tables)}` : limits;
  }

  /**
   * What holds for a transaction, and lz4 where the server has it (same tables, faster TOAST). Each statement has its
   * limit; all of a large submission may take as long as they need, or it would never go in.
   */
  #limits({ hasLz4, limitsTransactions }: ServerConnection): string {
    const timeoutMs = this.#session.options.statementTimeoutMs;
    return [
      // Who waits for a lock must then see what the one before has committed (`withhold.ts`).
      "set transaction isolation level read committed",
      `set local statement_timeout = ${timeoutMs}`,
      `set local idle_in_transaction_session_timeout = ${timeoutMs}`,
      ...(limitsTransactions ? ["set local transaction_timeout = 0"] : []),
      ...(hasLz4 ? ["set local default_toast_compression = 'lz4'"] : []),
    ].join("; ");
  }
}

// --- internal ---

/** Tries until rows are written. Returns false where another session was faster too often. */
async function isWritten(attempt: () => Promise<string | undefined>): Promise<boolean> {
  const met = new Map<string, number>();
  for (let tries = 0; tries < mostTries; tries++) {
    const key = await attempt();
    if (key === undefined) return true;
    const times = (met.get(key) ?? 0) + 1;
    if (times === mostWithOneKey) return false;
    met.set(key, times);
  }
  return false;
}

/** Returns the key that another session was faster with. */
async function unlessRaced(writing: Promise<void>): Promise<string | undefined> {
  try {
    await writing;
    return undefined;
  } catch (cause) {
    return racedKey(cause);
  }
}

function mergeAll(rows: RowSet): MergedRows {
  return new Map(tables.map((table) => [table, mergeRows(table, rows.get(table) ?? [])]));
}

/** What came of it; throws what it threw. */
function resultOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}
