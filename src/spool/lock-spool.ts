import { Database } from "bun:sqlite";
import { lstatSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileAt } from "../file-at.ts";
import { SpoolFault, spoolFault } from "./fault.ts";
import { listFolder } from "./list-folder.ts";
import { readNote, writeNote } from "./note-file.ts";

/** That this process is the one service of a spool, until it is disposed of. */
export interface SpoolLock extends Disposable {
  /** Whether it was ours when it was last looked at: without it nothing of the spool may be touched. */
  readonly isHeld: boolean;
  /**
   * Sees that the lock is still that of the folder which has the spool's name now, and takes it anew
   * where the folder was removed and made again. Says whether it was. Throws `SpoolFault`, as `lockSpool`.
   */
  keep(): boolean;
}

/**
 * Makes this process the one service of a spool until it disposes of the result or ends, however it
 * ends: the lock is one of the operating system's, taken through SQLite because it locks alike
 * everywhere. Throws `SpoolFault` (operator) that says who holds the spool.
 */
export function lockSpool(root: string): SpoolLock {
  const lock = join(root, ".kci-ingester.lock");
  let held = hold(root, lock);
  return {
    get isHeld() {
      return held !== undefined;
    },
    keep() {
      if (held && numberOf(lock) === held.file) return false;
      held?.db.close();
      held = undefined;
      // A folder that is missing, or not mounted, is told as such.
      listFolder(root);
      held = hold(root, lock);
      return true;
    },
    [Symbol.dispose]() {
      held?.db.close();
      held = undefined;
    },
  };
}

// --- internal ---

interface Held {
  readonly db: Database;
  readonly file: string | undefined;
}

function hold(root: string, lock: string): Held | undefined {
  const holder = join(root, ".kci-ingester.holder");
  const db = take(lock, holder, root);
  try {
    const since = new Date().toISOString();
    writeNote(holder, `${JSON.stringify({ pid: process.pid, host: hostname(), since })}\n`);
    return { db, file: numberOf(lock) };
  } catch (cause) {
    db.close();
    throw cause;
  }
}

function numberOf(lock: string): string | undefined {
  try {
    return fileAt(lock);
  } catch (cause) {
    throw spoolFault(cause, "look at", lock);
  }
}

function take(lock: string, holder: string, root: string): Database {
  let db: Database | undefined;
  try {
    // Whoever may write into the spool may put one there, and SQLite would follow it.
    if (lstatSync(lock, { throwIfNoEntry: false })?.isSymbolicLink()) throw { code: "ELOOP" };
    db = new Database(lock);
    db.run("pragma journal_mode = off");
    db.run("begin exclusive");
    return db;
  } catch (cause) {
    db?.close();
    const isBusy = String((cause as { code?: unknown }).code).startsWith("SQLITE_BUSY");
    if (!isBusy) throw spoolFault(cause, "lock", lock);
    throw new SpoolFault(`the spool ${root} is in use by another service${describe(holder)}`, {
      operation: "lock the spool",
      path: root,
      class: "operator",
      hint: "stop that service, or give this one a spool of its own",
      cause,
    });
  }
}

function describe(holder: string): string {
  try {
    const { pid, host, since } = JSON.parse(readNote(holder) ?? "") as Record<string, unknown>;
    return `: process ${Number(pid)} on ${String(host).slice(0, 255)} since ${String(since).slice(0, 30)}`;
  } catch {
    // The other service has only just begun.
    return "";
  }
}
