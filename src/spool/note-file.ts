import {
  constants,
  fchmodSync,
  fstatSync,
  readFileSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { closeHandle, closeWritten } from "../base/close-handle.ts";
import { errnoOf, spoolFault } from "./fault.ts";
import { openAsIs } from "./open-as-is.ts";

const { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/** No note of ours is larger, but where its reader says so. */
const usualMaxBytes = 1 << 20;

/** What lets others than its owner write a file. */
const othersWrite = 0o022;

/** Writes one of the service's own notes into the spool, anew. Throws `SpoolFault`. */
export function writeNote(path: string, text: string): void {
  write(path, text, () => {});
}

/** The same of a note that `readOwnNote` is to trust: nobody else may write it from then on. */
export function writeOwnNote(path: string, text: string): void {
  write(path, text, keepFromOthers);
}

/**
 * Reads such a note; undefined where there is none of at most `maxBytes` that could be ours. Throws
 * `SpoolFault`.
 */
export function readNote(path: string, maxBytes = usualMaxBytes): string | undefined {
  return readIf(path, (stats) => stats.isFile() && stats.size <= maxBytes);
}

/**
 * The same of a note that only this user, root or `owner`, a user's number, can have written: others who
 * may write into the spool could have put one there to lead a reader astray. Throws `SpoolFault`.
 */
export function readOwnNote(path: string, owner: number): string | undefined {
  const trusted = [process.getuid?.(), 0, owner];
  return readIf(path, (stats) => {
    const isOurs = trusted.includes(stats.uid) && (stats.mode & othersWrite) === 0;
    return (
      stats.isFile() &&
      stats.nlink === 1 &&
      stats.size <= usualMaxBytes &&
      (isOurs || process.platform === "win32")
    );
  });
}

/** Removes a note, if it is there. Throws `SpoolFault`. */
export function removeNote(path: string): void {
  try {
    // Not `rmSync`, which says EFAULT where the right is missing.
    unlinkSync(path);
  } catch (cause) {
    if (errnoOf(cause) !== "ENOENT") throw spoolFault(cause, "remove", path);
  }
}

// --- internal ---

function write(path: string, text: string, secure: (handle: number, stats: Stats) => void): void {
  try {
    withHandle(path, O_WRONLY | O_CREAT | O_TRUNC, (handle) => {
      // Nobody else may be the one who reads it.
      const stats = fstatSync(handle);
      if (!stats.isFile()) throw Object.assign(new Error(), { code: "ENXIO" });
      secure(handle, stats);
      writeFileSync(handle, text);
    });
  } catch (cause) {
    throw spoolFault(cause, "write", path);
  }
}

function readIf(path: string, isOurs: (stats: Stats) => boolean): string | undefined {
  try {
    return withHandle(path, O_RDONLY, (handle) =>
      isOurs(fstatSync(handle)) ? readFileSync(handle, "utf8") : undefined,
    );
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw spoolFault(cause, "read", path);
  }
}

function keepFromOthers(handle: number, { mode }: Stats): void {
  if ((mode & othersWrite) === 0) return;
  try {
    fchmodSync(handle, mode & 0o777 & ~othersWrite);
  } catch {
    // It was another user's, and is not trusted then.
  }
}

/** Whoever may write into the spool may put a link or a FIFO there: neither is followed or waited for. */
function withHandle<T>(path: string, flags: number, use: (handle: number) => T): T {
  const handle = openAsIs(path, flags);
  try {
    return use(handle);
  } finally {
    if (flags === O_RDONLY) closeHandle(handle);
    else closeWritten(handle);
  }
}
