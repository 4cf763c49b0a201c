import { dirname } from "node:path";
import { fileAt } from "../../base/file-at.ts";
import { mergeRows } from "../../rows/merge.ts";
import type { RowSet } from "../../rows/row.ts";
import { StoreFault } from "../fault.ts";
import type { Gap } from "../gap.ts";
import { guardParts, PartsFailure } from "../parts.ts";
import type { InTurn, Migration, Store, StoredTrees, StoreOptions } from "../store.ts";
import { classify } from "./classify.ts";
import { Connection } from "./connection.ts";
import { gone, replaced, requireRoom } from "./database-file.ts";
import { missing } from "./missing.ts";
import { migrate } from "./schema.ts";
import { skippedRowsWarnings } from "./skipped-rows.ts";
import { storedTrees } from "./stored-trees.ts";
import { transact, transactAndUndo, transactInParts } from "./transact.ts";
import { withholdStored } from "./withhold.ts";
import { type TablesWriter, tablesWriter } from "./write-tables.ts";

/** Opens the database in a file, as `StoreKind.open` does. */
export function openSqlite(path: string, options: StoreOptions): Store {
  const store = new SqliteStore(path, options);
  store.tryToOpen();
  return store;
}

/** A thread that waits for another writer hears no stop: longer waits are made of tries. */
const maxBusyMs = 2_000;

/** From this number of pages on a store copies the log into the database when it has written, out of its turn. */
const logPages = 1_000;

class SqliteStore implements Store {
  readonly #path: string;
  readonly #busyTimeoutMs: number;
  #connection: Connection | undefined;
  #writer: TablesWriter | undefined;

  constructor(path: string, options: StoreOptions) {
    this.#path = path;
    this.#busyTimeoutMs = Math.min(options.connectTimeoutMs, maxBusyMs);
  }

  /** Throws what is wrong with the file at once; one that is not there is no mistake before `migrate`. */
  tryToOpen(): void {
    this.#guard(`check the database ${this.#path}`, () => {
      const isThere = fileAt(this.#path) !== undefined;
      // Where there is no folder SQLite says so, and makes nothing.
      if (isThere || !fileAt(dirname(this.#path))) this.#connect({ create: !isThere });
    });
  }

  write(rows: RowSet, inTurn?: InTurn): Promise<void> {
    return this.#write(rows, transact, inTurn);
  }

  tryOut(rows: RowSet, inTurn?: InTurn): Promise<void> {
    return this.#write(rows, transactAndUndo, inTurn);
  }

  async writeParts(parts: AsyncIterable<RowSet>, inTurn?: InTurn): Promise<void> {
    const connection = this.#connect();
    let current: string | undefined;
    const writePart = (rows: RowSet) => {
      requireRoom(this.#path);
      this.#prepare(
        connection,
        rows,
      )((table) => {
        current = table.name;
      });
      current = undefined;
    };
    const write = () =>
      this.#guardAsync(
        async () => {
          await transactInParts(connection.db, async () => {
            for await (const rows of guardParts(parts)) writePart(rows);
          });
          // Only now is it known that the rows are where they will be looked for.
          this.#connect();
        },
        () => current,
      );
    await (inTurn ? inTurn(write) : write());
    connection.copyLog(logPages);
  }

  async #write(rows: RowSet, run: typeof transact<void>, inTurn?: InTurn): Promise<void> {
    const connection = this.#connect();
    let current: string | undefined;
    const writeTables = this.#guard("prepare the rows", () => this.#prepare(connection, rows));
    const write = async () =>
      this.#guard(
        "write the rows",
        () => {
          run(connection.db, () =>
            writeTables((table) => {
              current = table.name;
            }),
          );
          // Only now is it known that the rows are where they will be looked for.
          this.#connect();
        },
        () => current,
      );
    await (inTurn ? inTurn(write) : write());
    connection.copyLog(logPages);
  }

  /** Makes rows ready to be written. */
  #prepare(connection: Connection, rows: RowSet): ReturnType<TablesWriter> {
    this.#writer ??= tablesWriter(connection);
    const merged = [...rows].map(([table, list]) => [table, mergeRows(table, list)] as const);
    return this.#writer(new Map(merged));
  }

  /** Alters nothing but what it may unasked: the file is its user's own. */
  async migrate(): Promise<Migration> {
    const { db } = this.#connect({ create: true });
    return this.#guard("bring the tables up to date", () =>
      transact(db, () => migrate(db, this.#path)),
    );
  }

  async missing(): Promise<Gap[]> {
    const { db } = this.#connect();
    return this.#guard("check the tables", () => missing(db));
  }

  async warnings(): Promise<string[]> {
    const { db } = this.#connect();
    return this.#guard("look for warnings", () => skippedRowsWarnings(db));
  }

  async withhold(): Promise<number> {
    const { db } = this.#connect();
    return this.#guard("find tests that must wait", () => withholdStored(db));
  }

  async trees(origin: string, except: Iterable<string>): Promise<StoredTrees> {
    const { db } = this.#connect();
    try {
      return await storedTrees(db, origin, except);
    } catch (cause) {
      throw classify(cause, "read the names of trees", this.#path);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection?.[Symbol.dispose]();
    this.#connection = undefined;
    this.#writer = undefined;
  }

  /**
   * The connection to the file that the path leads to. Only `migrate` makes one: a file that goes while
   * the service runs would come back empty, and nobody be told.
   */
  #connect({ create } = { create: false }): Connection {
    return this.#guard(`open the database ${this.#path}`, () => {
      const found = fileAt(this.#path);
      // The connection stays open: when the file comes back it is known by its number.
      if (!found && !create) {
        this.#connection?.copyLog();
        throw gone(this.#path);
      }
      if (this.#connection && this.#connection.file !== found) {
        this.#connection.leaveToAnother();
        this.#connection = undefined;
        this.#writer = undefined;
        throw replaced(this.#path);
      }
      const busyTimeoutMs = this.#busyTimeoutMs;
      this.#connection ??= new Connection(this.#path, { create, busyTimeoutMs });
      return this.#connection;
    });
  }

  async #guardAsync(
    work: () => Promise<void>,
    tableInHand: () => string | undefined,
  ): Promise<void> {
    try {
      await work();
    } catch (cause) {
      if (cause instanceof PartsFailure) throw cause.cause;
      this.#guard(
        "write the rows",
        () => {
          throw cause;
        },
        tableInHand,
      );
    }
  }

  #guard<T>(operation: string, work: () => T, tableInHand?: () => string | undefined): T {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof StoreFault) throw cause;
      throw classify(cause, operation, this.#path, tableInHand?.());
    }
  }
}
