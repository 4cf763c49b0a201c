import postgresJs, { type Sql, type TransactionSql } from "postgres";

/**
 * Does `work` in one transaction, or inside of one under a savepoint. Throws the server's error,
 * after a rollback; on any other error the connection is not to be used again (`isUsableAfter`).
 * Without a mode it is what the server makes it.
 */
export function transact<T>(
  sql: Sql | TransactionSql,
  work: (transaction: TransactionSql) => Promise<T>,
  mode: "" | "read only" = "",
): Promise<T> {
  return new Promise((resolve, reject) => {
    const attempt = async (transaction: TransactionSql) => {
      try {
        return await work(transaction);
      } catch (cause) {
        if (isUsableAfter(cause)) throw cause;
        reject(cause);
        // The driver would send a rollback to the lost connection, too, where it waits for ever or
        // throws outside of any query (postgres.js issue 1208): to it, the work never ends.
        return new Promise<never>(() => {});
      }
    };
    const done = "savepoint" in sql ? sql.savepoint(attempt) : sql.begin(mode, attempt);
    done.then((result) => resolve(result as T), reject);
  });
}

/** Whether a connection goes on after an error: it was the statement's, not the connection's. */
export function isUsableAfter(cause: unknown): boolean {
  return cause instanceof postgresJs.PostgresError && cause.severity === "ERROR";
}
