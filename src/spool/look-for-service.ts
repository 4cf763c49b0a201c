import { Database } from "bun:sqlite";
import { errnoOf } from "./fault.ts";
import { type Holder, readHolder } from "./holder-note.ts";
import { isFolderLocked } from "./lock-folder.ts";
import { lockFileOf } from "./lock-spool.ts";

/** Whether a service has a spool, and what it says of itself. */
export interface FoundService {
  readonly isRunning: boolean;
  /** Absent where none runs, or what lies there may be somebody else's word. */
  readonly holder?: Holder | undefined;
}

/**
 * Looks whether a service has a spool, by its lock and not by what it wrote. Takes nothing from one that
 * runs or starts meanwhile. Throws `SpoolFault`.
 */
export function lookForService(root: string): FoundService {
  const isRunning = isFolderLocked(root) ?? isFileLocked(lockFileOf(root));
  return isRunning ? { isRunning, holder: readHolder(root) } : { isRunning };
}

// --- internal ---

/** Where folders cannot be locked. */
function isFileLocked(lock: string): boolean {
  try {
    using db = new Database(lock, { readonly: true });
    db.query("select 1 from sqlite_schema").all();
    return false;
  } catch (cause) {
    return errnoOf(cause)?.startsWith("SQLITE_BUSY") ?? false;
  }
}
