import type { Database } from "bun:sqlite";

/** Does `work` in one transaction that keeps other writers out. Throws what SQLite does, after a rollback. */
export function transact<T>(db: Database, work: () => T): T {
  return within(db, work, "commit");
}

/** Does `work` as `transact` does, and takes it back. */
export function transactAndUndo<T>(db: Database, work: () => T): T {
  return within(db, work, "rollback");
}

// --- internal ---

function within<T>(db: Database, work: () => T, end: "commit" | "rollback"): T {
  rollBack(db);
  db.run("begin immediate");
  try {
    const result = work();
    db.run(end);
    return result;
  } catch (cause) {
    try {
      rollBack(db);
    } catch {
      // The failure that counts is the first; the next transaction rolls back what this one left.
    }
    throw cause;
  }
}

/** Some failures have rolled back by themselves. */
function rollBack(db: Database): void {
  if (db.inTransaction) db.run("rollback");
}
