import postgresJs, { type Sql } from "postgres";
import { maskSecrets } from "../../mask-secrets.ts";
import { mergeRows } from "../../rows/merge.ts";
import type { RowSet } from "../../rows/row.ts";
import { tables } from "../../rows/tables.ts";
import { StoreFault } from "../fault.ts";
import type { Migration, Store, StoreKind, StoreOptions } from "../store.ts";
import { classify } from "./classify.ts";
import { requireRights } from "./rights.ts";
import { migrate, missing } from "./schema.ts";
import { writeRows } from "./table-writer.ts";
import { isUsableAfter, transact } from "./transact.ts";

/** A server that many programs share: for production. */
export const postgres: StoreKind = {
  title: "Postgres",
  parallelWrites: Number.POSITIVE_INFINITY,
  migratesItself: false,
  open: async (url, options) => new PostgresStore(url, options),
};

/** How long a lost connection may take to be noticed after the server should have given up itself. */
const graceMs = 5_000;

class PostgresStore implements Store {
  readonly #url: string;
  readonly #masked: string;
  readonly #options: StoreOptions;
  #sql: Sql | undefined;
  #settings: string | undefined;

  constructor(url: string, options: StoreOptions) {
    this.#url = url;
    this.#masked = maskSecrets(url);
    this.#options = options;
  }

  /** Takes no turns: the server lets many write at once. */
  async write(rows: RowSet): Promise<void> {
    const merged = new Map(tables.map((table) => [table, mergeRows(table, rows.get(table) ?? [])]));
    await this.#run("write the rows", async (sql) => {
      const settings = await this.#sessionSettings(sql);
      await transact(sql, async (transaction) => {
        await transaction.unsafe(settings);
        for (const [table, list] of merged) {
          if (list.length > 0) await writeRows(transaction, table, list);
        }
      });
    });
  }

  migrate(): Promise<Migration> {
    return this.#run("create the tables", migrate);
  }

  missing(): Promise<string[]> {
    return this.#run("look at the tables", async (sql) => {
      const lacking = await missing(sql);
      if (lacking.length === 0) await requireRights(sql);
      return lacking;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  /** Runs `work` on the connection; one that gives no answer in time is given up. */
  async #run<T>(operation: string, work: (sql: Sql) => Promise<T>): Promise<T> {
    this.#sql ??= this.#connect();
    const deadlineMs = this.#options.statementTimeoutMs + graceMs;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () =>
        reject(
          new StoreFault(`cannot ${operation}: no answer within ${deadlineMs} ms`, {
            operation,
            path: this.#masked,
            class: "transient",
            hint: "is the server, and the network to it, alive?",
          }),
        ),
      deadlineMs,
    );
    try {
      return await Promise.race([work(this.#sql), late]);
    } catch (cause) {
      // A connection that the driver has lost keeps bytes of its last query, and may never connect
      // again: the next try gets a new one.
      if (!isUsableAfter(cause)) void this.#close().catch(() => {});
      throw cause instanceof StoreFault ? cause : classify(cause, operation, this.#masked);
    } finally {
      clearTimeout(timer);
    }
  }

  #connect(): Sql {
    // The driver decodes all but this.
    const database = decodeURIComponent(new URL(this.#url).pathname.slice(1));
    return postgresJs(this.#url, {
      ...(database ? { database } : {}),
      max: 1,
      connect_timeout: Math.ceil(this.#options.connectTimeoutMs / 1000),
      keep_alive: 10,
      max_lifetime: null,
      fetch_types: false,
      // Tries are spaced by whoever calls, not here.
      backoff: false,
      connection: { application_name: "kci-ingester" },
      onnotice: () => {},
    });
  }

  async #close(): Promise<void> {
    const sql = this.#sql;
    this.#sql = undefined;
    this.#settings = undefined;
    await sql?.end({ timeout: 0 });
  }

  /** What holds for a transaction: limits, and lz4 where the server has it (same tables, faster TOAST). */
  async #sessionSettings(sql: Sql): Promise<string> {
    if (this.#settings !== undefined) return this.#settings;
    const timeoutMs = this.#options.statementTimeoutMs;
    const [lz4] = await sql`
      select 1 from pg_settings where name = 'default_toast_compression' and 'lz4' = any(enumvals)`;
    this.#settings = [
      `set local statement_timeout = ${timeoutMs}`,
      `set local idle_in_transaction_session_timeout = ${timeoutMs}`,
      ...(lz4 ? ["set local default_toast_compression = 'lz4'"] : []),
    ].join("; ");
    return this.#settings;
  }
}
