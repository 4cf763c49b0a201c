import { mergeRows } from "../../rows/merge.ts";
import type { RowSet } from "../../rows/row.ts";
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
import { dropStaging } from "./sql.ts";
import { storedTrees } from "./stored-trees.ts";
import { isOfCircle } from "./table-writer.ts";
import { transact } from "./transact.ts";
import { areFew } from "./value-texts.ts";
import { withholdStored } from "./withhold.ts";
import { writeAtOnce } from "./write-at-once.ts";
import { type MergedRows, writeTables } from "./write-tables.ts";

/** So often few rows are written by themselves where another session is faster with some key each time. */
const mostTries = 3;

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
    return this.#session.run("check the encoding", async (connection) => [
      ...encodingWarnings(connection),
      ...(await rightsWarnings(connection.sql)),
    ]);
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
   * Writes rows in a transaction that ends with `end`. Where they are few, most of the time goes into the ways
   * there and back; and where another session was faster with a key, they begin anew, for who looks again with
   * keys of its own made known and other rows locked can wait for another in a circle.
   */
  async #write(rows: RowSet, end?: string): Promise<void> {
    for (let triesLeft = mostTries; ; triesLeft--) {
      try {
        return await this.#writeAll(rows, end);
      } catch (cause) {
        if (triesLeft === 1 || !isOfCircle(cause)) throw cause;
      }
    }
  }

  async #writeAll(rows: RowSet, end?: string): Promise<void> {
    if (areFew(rows.values())) {
      let failed: string | undefined;
      const work = (connection: ServerConnection) => {
        const frame = { begin: `begin; ${this.#limits(connection)}`, end: end ?? "commit" };
        return writeAtOnce(connection, mergeAll(rows), frame, (table) => {
          failed = table.name;
        });
      };
      for (let triesLeft = mostTries; triesLeft > 0; triesLeft--) {
        if (await this.#session.run("write the rows", work, () => failed)) return;
      }
    }
    await this.#writeParts([rows], end);
  }

  /** Writes parts one after the other; the connection must answer within the deadline for each. */
  async #writeParts(parts: Iterable<RowSet> | AsyncIterable<RowSet>, end?: string): Promise<void> {
    let current: string | undefined;
    const work = (connection: ServerConnection, goesOn: () => void) =>
      transact(connection.sql, async (transaction) => {
        await transaction.unsafe(this.#prelude(connection));
        for await (const rows of parts) {
          goesOn();
          await writeTables(transaction, mergeAll(rows), (table) => {
            current = table.name;
          });
        }
        current = undefined;
        if (connection.isPooled) await transaction.unsafe(dropStaging(tables));
        // The driver's commit finds nothing to do then.
        if (end !== undefined) await transaction.unsafe(end);
      });
    await this.#session.run("write the rows", work, () => current);
  }

  /** A session that a pooler lends may have staging tables of another version of this program. */
  #prelude(connection: ServerConnection): string {
    const limits = this.#limits(connection);
    return connection.isPooled ? `${limits}; ${dropStaging(tables)}` : limits;
  }

  /** What holds for a transaction, and lz4 where the server has it (same tables, faster TOAST). */
  #limits({ hasLz4 }: ServerConnection): string {
    const timeoutMs = this.#session.options.statementTimeoutMs;
    return [
      // Who waits for a lock must then see what the one before has committed (`withhold.ts`).
      "set transaction isolation level read committed",
      `set local statement_timeout = ${timeoutMs}`,
      `set local idle_in_transaction_session_timeout = ${timeoutMs}`,
      ...(hasLz4 ? ["set local default_toast_compression = 'lz4'"] : []),
    ].join("; ");
  }
}

// --- internal ---

function mergeAll(rows: RowSet): MergedRows {
  return new Map(tables.map((table) => [table, mergeRows(table, rows.get(table) ?? [])]));
}

/** What came of it; throws what it threw. */
function resultOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}
