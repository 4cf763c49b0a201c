import type { TransactionSql } from "postgres";
import { secretsOfUrl } from "../../base/given-secrets.ts";
import { knowSecrets } from "../../base/known-secrets.ts";
import { maskSecrets } from "../../base/mask-secrets.ts";
import { mergeRows } from "../../rows/merge.ts";
import type { RowSet } from "../../rows/row.ts";
import { tables } from "../../rows/tables.ts";
import { StoreFault } from "../fault.ts";
import type { Gap } from "../gap.ts";
import type { Migration, Store, StoredTrees, StoreOptions } from "../store.ts";
import { classify } from "./classify.ts";
import { connect } from "./connection/connect.ts";
import type { ServerConnection } from "./connection/log-in.ts";
import { readConnection } from "./connection/read-connection.ts";
import type { ConnectionSettings } from "./connection/settings.ts";
import { encodingWarnings, requireEncoding } from "./encoding.ts";
import { missing } from "./missing.ts";
import { requireRights, requireTables, rightsWarnings } from "./rights.ts";
import { migrate } from "./schema.ts";
import { dropStaging } from "./sql.ts";
import { storedTrees } from "./stored-trees.ts";
import { isUsableAfter, transact } from "./transact.ts";
import { withholdStored } from "./withhold.ts";
import { writeTables } from "./write-tables.ts";

/** A store on a server, as `StoreKind.open` gives it; connects when it is first used. */
export function openPostgres(url: string, options: StoreOptions): Store {
  return new PostgresStore(url, options);
}

/** How long a lost connection may take to be noticed after the server should have given up itself. */
const graceMs = 5_000;

class PostgresStore implements Store {
  readonly #settings: ConnectionSettings;
  readonly #masked: string;
  readonly #secrets: Disposable;
  readonly #options: StoreOptions;
  #connection: ServerConnection | undefined;
  #opening: Promise<ServerConnection> | undefined;

  constructor(url: string, options: StoreOptions) {
    // The environment is part of the URL by now.
    this.#settings = readConnection("--database", url, {}, () => undefined).settings;
    // Each thread has its own store, and knows no secret but what it is told here.
    this.#secrets = knowSecrets(secretsOfUrl(url));
    this.#masked = maskSecrets(url);
    this.#options = options;
  }

  /** Takes no turns: the server lets many write at once. */
  write(rows: RowSet): Promise<void> {
    return this.#write(rows, async () => {});
  }

  tryOut(rows: RowSet): Promise<void> {
    return this.#write(rows, async (transaction) => {
      await transaction.unsafe("set constraints all immediate");
      // The driver's commit finds nothing to do.
      await transaction.unsafe("rollback");
    });
  }

  migrate({ alter = false }: { alter?: boolean | undefined } = {}): Promise<Migration> {
    return this.#run("create the tables", async (connection) => {
      requireEncoding(connection);
      return migrate(connection.sql, alter);
    });
  }

  missing(): Promise<Gap[]> {
    return this.#run("look at the tables", async (connection) => {
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
    return this.#run("look at the encoding", async (connection) => [
      ...encodingWarnings(connection),
      ...(await rightsWarnings(connection.sql)),
    ]);
  }

  withhold(): Promise<number> {
    return this.#run("look for tests that must wait", (connection) =>
      withholdStored(connection.sql, this.#prelude(connection)),
    );
  }

  trees(origin: string, except: Iterable<string>): Promise<StoredTrees> {
    return this.#run("read the names of trees", (connection) =>
      storedTrees(connection.sql, this.#prelude(connection), origin, except),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#opening?.then(
      () => this.#close(),
      () => {},
    );
    await this.#close();
    this.#secrets[Symbol.dispose]();
  }

  async #write(
    rows: RowSet,
    beforeCommit: (transaction: TransactionSql) => Promise<void>,
  ): Promise<void> {
    const merged = new Map(tables.map((table) => [table, mergeRows(table, rows.get(table) ?? [])]));
    let current: string | undefined;
    const work = (connection: ServerConnection) =>
      transact(connection.sql, async (transaction) => {
        await transaction.unsafe(this.#prelude(connection));
        await writeTables(transaction, merged, (table) => {
          current = table.name;
        });
        current = undefined;
        if (connection.isPooled) await transaction.unsafe(dropStaging(tables));
        await beforeCommit(transaction);
      });
    await this.#run("write the rows", work, () => current);
  }

  /** Runs `work` on the connection; one that gives no answer in time is given up. */
  async #run<T>(
    operation: string,
    work: (connection: ServerConnection) => Promise<T>,
    tableInHand?: () => string | undefined,
  ): Promise<T> {
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
      return await Promise.race([this.#connected().then(work), late]);
    } catch (cause) {
      // A connection that the driver has lost keeps bytes of its last query, and may never connect
      // again: the next try gets a new one.
      if (!isUsableAfter(cause)) void this.#close().catch(() => {});
      if (cause instanceof StoreFault) throw cause;
      throw classify(cause, operation, this.#masked, tableInHand?.());
    } finally {
      clearTimeout(timer);
    }
  }

  async #connected(): Promise<ServerConnection> {
    if (this.#connection) return this.#connection;
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async #open(): Promise<ServerConnection> {
    let opened: ServerConnection | undefined;
    const forget = () => {
      if (this.#connection === opened) this.#connection = undefined;
    };
    opened = await connect(this.#settings, this.#options.connectTimeoutMs, forget);
    this.#connection = opened;
    return opened;
  }

  async #close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.sql.end({ timeout: 0 });
  }

  /**
   * What holds for a transaction: limits, and lz4 where the server has it (same tables, faster TOAST). A
   * session that a pooler lends may have staging tables of another version of this program.
   */
  #prelude({ hasLz4, isPooled }: ServerConnection): string {
    const timeoutMs = this.#options.statementTimeoutMs;
    return [
      // Who waits for a lock must then see what the one before has committed (`withhold.ts`).
      "set transaction isolation level read committed",
      `set local statement_timeout = ${timeoutMs}`,
      `set local idle_in_transaction_session_timeout = ${timeoutMs}`,
      ...(hasLz4 ? ["set local default_toast_compression = 'lz4'"] : []),
      ...(isPooled ? [dropStaging(tables)] : []),
    ].join("; ");
  }
}

// --- internal ---

/** What came of it; throws what it threw. */
function resultOf<T>(result: PromiseSettledResult<T>): T {
  if (result.status === "rejected") throw result.reason;
  return result.value;
}
