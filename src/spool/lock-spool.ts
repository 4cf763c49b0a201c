import { Database } from "bun:sqlite";
import { closeSync, constants, lstatSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileAt } from "../base/file-at.ts";
import { hiddenShortage } from "../base/system-limits.ts";
import { errnoOf, SpoolFault, spoolFault } from "./fault.ts";
import { listFolder } from "./list-folder.ts";
import { type FolderLock, lockFolder } from "./lock-folder.ts";
import { readNote, writeNote } from "./note-file.ts";
import { openAsIs } from "./open-as-is.ts";

/** That this process is the one service of a spool, until it is disposed of. */
export interface SpoolLock extends Disposable {
  /**
   * Whether the folder that has the spool's name at this moment is ours: without it nothing of the spool
   * may be touched.
   */
  readonly isHeld: boolean;
  /**
   * Sees that the lock is still that of the folder which has the spool's name now, and takes it anew
   * where the folder, or the file of the lock, was removed, replaced or moved. Says whether it did.
   * Throws `SpoolFault`, as `lockSpool`.
   */
  keep(): boolean;
}

/**
 * Makes this process the one service of a spool until it disposes of the result or ends, however it
 * ends. There are two locks of the operating system's: one on the folder itself, which nobody can take
 * away while the service lives, and one on a file in it, taken through SQLite, which holds also where a
 * folder cannot be locked and between the hosts of a network file system. Throws `SpoolFault` (operator)
 * that says who holds the spool.
 */
export function lockSpool(root: string): SpoolLock {
  const path = join(root, ".kci-ingester.lock");
  let folder = lockFolderOf(root);
  let file: HeldFile | undefined;
  const letGo = () => {
    file?.db.close();
    folder?.[Symbol.dispose]();
    file = folder = undefined;
  };
  const hold = () => {
    folder ??= lockFolderOf(root);
    file?.db.close();
    file = undefined;
    file = holdFile(root, path);
  };
  try {
    hold();
  } catch (cause) {
    letGo();
    throw cause;
  }
  return {
    get isHeld() {
      // While the folder is locked, what happens to the file lets nobody in.
      if (folder && file) return isAt(root, folder.folder);
      return file !== undefined && isAt(path, file.number);
    },
    keep() {
      if (folder && numberOf(root) !== folder.folder) letGo();
      if (file && numberOf(path) === file.number) return false;
      // A folder that is missing, or not mounted, is told as such.
      listFolder(root);
      hold();
      return true;
    },
    [Symbol.dispose]: letGo,
  };
}

/** Whether a fault says that another service has the spool. */
export function isInUse(fault: SpoolFault): boolean {
  return fault.code === inUseCode;
}

// --- internal ---

const inUseCode = "EWOULDBLOCK";

interface HeldFile {
  readonly db: Database;
  readonly number: string | undefined;
}

function lockFolderOf(root: string): FolderLock | undefined {
  const lock = lockFolder(root);
  if (lock === "taken") throw inUse(root);
  return lock;
}

function holdFile(root: string, path: string): HeldFile {
  const db = take(path, root);
  try {
    const since = new Date().toISOString();
    const note = { pid: process.pid, host: hostname(), since };
    writeNote(holderOf(root), `${JSON.stringify(note)}\n`);
    return { db, number: numberOf(path) };
  } catch (cause) {
    db.close();
    throw cause;
  }
}

/** Whether a path leads to a file or folder now, by its number. */
function isAt(path: string, number: string | undefined): boolean {
  try {
    return number !== undefined && fileAt(path) === number;
  } catch {
    return false;
  }
}

function numberOf(lock: string): string | undefined {
  try {
    return fileAt(lock);
  } catch (cause) {
    throw spoolFault(cause, "look at", lock);
  }
}

function take(lock: string, root: string): Database {
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
    const code = errnoOf(cause) ?? "";
    if (!code.startsWith("SQLITE_BUSY"))
      throw spoolFault(reasonOf(cause, code, lock), "lock", lock);
    throw inUse(root, cause);
  }
}

/** SQLite does not say why it cannot open a file; the system does. */
function reasonOf(cause: unknown, code: string, lock: string): unknown {
  if (code !== "SQLITE_CANTOPEN") return cause;
  const shortage = hiddenShortage();
  if (shortage) return { code: shortage };
  try {
    closeSync(openAsIs(lock, constants.O_RDWR | constants.O_CREAT));
    return cause;
  } catch (reason) {
    return reason;
  }
}

function holderOf(root: string): string {
  return join(root, ".kci-ingester.holder");
}

function inUse(root: string, cause?: unknown): SpoolFault {
  return new SpoolFault(
    `the spool ${root} is in use by another service${describe(holderOf(root))}`,
    {
      operation: "lock the spool",
      path: root,
      class: "operator",
      code: inUseCode,
      hint: "stop that service, give this one a spool of its own, or let it wait with --standby",
      cause,
    },
  );
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
