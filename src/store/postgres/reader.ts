import type { TransactionSql } from "postgres";
import { type Reader, type ReaderOptions, type ReadRow, textFor } from "../reader.ts";
import { type Statement, sql } from "../statement.ts";
import type { ServerConnection } from "./connection/log-in.ts";
import { readDialect } from "./read-dialect.ts";
import { Session } from "./session.ts";
import { transact } from "./transact.ts";

/** A reader on a server, as `StoreKind.openReader` gives it; connects when it is first used. */
export function openPostgresReader(url: string, options: ReaderOptions): Reader {
  return new PostgresReader(url, options);
}

class PostgresReader implements Reader {
  readonly dialect = readDialect;
  readonly #url: string;
  readonly #options: ReaderOptions;
  readonly #session: Session;
  readonly #timeoutMs: number;
  #beside: PostgresReader | undefined;
  /** The connection that can only read, and not for long, by now. */
  #bound: ServerConnection | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(url: string, options: ReaderOptions) {
    this.#url = url;
    this.#options = options;
    this.#session = new Session(url, options);
    this.#timeoutMs = options.statementTimeoutMs;
  }

  /** Waits for its turn first: the time that others take is not its own. */
  query(statement: Statement): Promise<ReadRow[]> {
    const turn = this.#last.then(() => this.#read(statement));
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Who sees the work of the same transactions sees the same rows. */
  async version(): Promise<string> {
    const [row] = await this.query(sql`select pg_current_snapshot()::text as version`);
    return String(row?.version);
  }

  /** Has a connection of its own. */
  get beside(): Reader {
    this.#beside ??= new PostgresReader(this.#url, this.#options);
    return this.#beside;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#beside?.[Symbol.asyncDispose]();
    await this.#session[Symbol.asyncDispose]();
  }

  #read(statement: Statement): Promise<ReadRow[]> {
    const text = textFor(statement, readDialect);
    // No text in a database holds NUL, and the server takes none in a question.
    const values = statement.values.map((value) =>
      typeof value === "string" ? value.replaceAll("\0", "\ufffd") : value,
    );
    return this.#session.run("read the database", async (connection) => {
      const { sql: session, isPooled } = connection;
      if (!isPooled) {
        if (this.#bound !== connection) await session.unsafe(bounds("session", this.#timeoutMs));
        this.#bound = connection;
        return [...(await session.unsafe<ReadRow[]>(text, values))];
      }
      // A pooler may give the next statement another session.
      const work = async (transaction: TransactionSql) => {
        await transaction.unsafe(bounds("local", this.#timeoutMs));
        return [...(await transaction.unsafe<ReadRow[]>(text, values))];
      };
      return transact(session, work, "read only");
    });
  }
}

// --- internal ---

/**
 * It gives up soon where somebody alters a table: whoever waits for a lock holds up those behind. Its questions go
 * from a few checkouts to what is of them, by indexes, which a server that takes its disks to be slow, or has
 * little memory for what an index found, would not do. One processor is enough for each question: the others are
 * for ingestion.
 */
function bounds(scope: "session" | "local", timeoutMs: number): string {
  return [
    `set ${scope} default_transaction_read_only = on`,
    `set ${scope} statement_timeout = ${timeoutMs}`,
    `set ${scope} lock_timeout = ${timeoutMs}`,
    `set ${scope} idle_in_transaction_session_timeout = ${timeoutMs}`,
    `set ${scope} random_page_cost = 1.1`,
    `set ${scope} max_parallel_workers_per_gather = 0`,
    `set ${scope} jit = off`,
    `set ${scope} work_mem = '32MB'`,
  ].join("; ");
}
