import { Database } from "bun:sqlite";
import { constants, lstatSync } from "node:fs";
import { join } from "node:path";
import { closeHandle } from "../base/close-handle.ts";
import { fileAt } from "../base/file-at.ts";
import { hiddenShortage } from "../base/system-limits.ts";
import { errnoOf, SpoolFault, spoolFault } from "./fault.ts";
import { describeHolder, type HolderFacts, noteHolder } from "./holder-note.ts";
import { listFolder } from "./list-folder.ts";
import { type FolderLock, lockFolder } from "./lock-folder.ts";
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
 * folder cannot be locked and between the hosts of a network file system. What `facts` say of the service
 * is noted in the spool, for everybody. `impatient` is whoever comes again soon. Throws `SpoolFault`
 * (operator) that says who holds the spool.
 */
export function lockSpool(
  root: string,
  facts: HolderFacts = {},
  patience: Patience = "patient",
): SpoolLock {
  const path = lockFileOf(root);
  const since = new Date();
  let folder = lockFolderOf(root, patience);
  let file: HeldFile | undefined;
  let isNoted = false;
  const note = () => {
    isNoted = noteHolder(root, since, facts);
  };
  const letGo = () => {
    file?.db.close();
    folder?.[Symbol.dispose]();
    file = folder = undefined;
  };
  const hold = () => {
    folder ??= lockFolderOf(root, patience);
    file?.db.close();
    file = undefined;
    file = holdFile(root, path, patience, note);
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
      if (file && numberOf(path) === file.number) {
        // The disk was full; it may have room by now.
        if (!isNoted) note();
        return false;
      }
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

/** The file of the lock. */
export function lockFileOf(root: string): string {
  return join(root, ".kci-ingester.lock");
}

// --- internal ---

const removeLock = "if no service is using this spool, remove what is in place of its lock";
const inUseCode = "EWOULDBLOCK";

/**
 * Whoever asks whether the spool is held takes part in its lock for less than a millisecond, but may be
 * held up meanwhile by a busy machine, and may ask again and again: many short tries find a gap.
 */
const triesAgainMs = {
  patient: [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233],
  impatient: [2, 10],
} as const;
type Patience = keyof typeof triesAgainMs;

interface HeldFile {
  readonly db: Database;
  readonly number: string | undefined;
}

function lockFolderOf(root: string, patience: Patience): FolderLock | undefined {
  const lock = unlessTaken(() => lockFolder(root), patience);
  if (lock === "taken") throw inUse(root);
  return lock;
}

function unlessTaken<T>(take: () => T | "taken", patience: Patience): T | "taken" {
  for (const delayMs of triesAgainMs[patience]) {
    const taken = take();
    if (taken !== "taken") return taken;
    Bun.sleepSync(delayMs);
  }
  return take();
}

function holdFile(root: string, path: string, patience: Patience, note: () => void): HeldFile {
  const db = unlessTaken(() => take(path), patience);
  if (db === "taken") throw inUse(root);
  try {
    note();
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
    throw spoolFault(cause, "check", lock);
  }
}

function take(lock: string): Database | "taken" {
  let db: Database | undefined;
  try {
    // Whoever may write into the spool may put one there, and SQLite would follow it.
    const stats = lstatSync(lock, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink()) throw { code: "ELOOP" };
    if (stats && !stats.isFile()) throw { code: stats.isDirectory() ? "EISDIR" : "ENXIO" };
    db = new Database(lock);
    // Without a journal SQLite writes at once, for which a full disk has no room.
    db.run("pragma journal_mode = memory");
    db.run("begin exclusive");
    return db;
  } catch (cause) {
    db?.close();
    const code = errnoOf(cause) ?? "";
    if (code.startsWith("SQLITE_BUSY")) return "taken";
    const fault = spoolFault(reasonOf(cause, code, lock), "lock", lock);
    if (!["SQLITE_NOTADB", "EISDIR"].includes(code)) throw fault;
    throw new SpoolFault(fault.message, { ...fault, class: "operator", hint: removeLock });
  }
}

/** SQLite does not say why it cannot open a file; the system does. */
function reasonOf(cause: unknown, code: string, lock: string): unknown {
  if (code !== "SQLITE_CANTOPEN") return cause;
  const shortage = hiddenShortage();
  if (shortage) return { code: shortage };
  try {
    closeHandle(openAsIs(lock, constants.O_RDWR | constants.O_CREAT));
    return cause;
  } catch (reason) {
    return reason;
  }
}

function inUse(root: string): SpoolFault {
  return new SpoolFault(`the spool ${root} is in use by another service${describeHolder(root)}`, {
    operation: "lock the spool",
    path: root,
    class: "operator",
    code: inUseCode,
    hint: "stop that service, use another spool for this one, or make it wait with --standby",
  });
}
