import type { Database } from "bun:sqlite";

/** Does `work` in one transaction that keeps other writers out. Throws what SQLite does, after a rollback. */
export function transact<T>(db: Database, work: () => T): T {
  return within(db, work, "commit");
}

/** Does `work` as `transact` does, and takes it back. */
export function transactAndUndo<T>(db: Database, work: () => T): T {
  return within(db, work, "rollback");
}

/** Does `work` as `transact` does, with pauses in which the thread may do something else. */
export async function transactInParts(db: Database, work: () => Promise<void>): Promise<void> {
  rollBack(db);
  db.run("begin immediate");
  try {
    await work();
    db.run("commit");
  } catch (cause) {
    undo(db);
    throw cause;
  }
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
    undo(db);
    throw cause;
  }
}

function undo(db: Database): void {
  try {
    rollBack(db);
  } catch {
    // The failure that counts is the first; the next transaction rolls back what this one left.
  }
}

/** Some failures have rolled back by themselves. */
function rollBack(db: Database): void {
  if (db.inTransaction) db.run("rollback");
}
