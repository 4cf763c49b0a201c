import { read } from "bun:ffi";
import { constants, fstatSync, openSync } from "node:fs";
import { closeHandle } from "../base/close-handle.ts";
import { openLibc } from "../base/libc.ts";
import { spoolFault } from "./fault.ts";

/** A lock on a folder itself, which nobody can remove or replace under its holder. */
export interface FolderLock extends Disposable {
  /** The folder by its number on the disk, as `fileAt` gives it. */
  readonly folder: string;
}

/**
 * Locks a folder by `flock(2)` until it is disposed of or the process ends; `taken` where another process
 * has it, undefined where there are no such locks (Windows, some network file systems). Throws
 * `SpoolFault` when the folder cannot be opened or looked at.
 */
export function lockFolder(root: string): FolderLock | "taken" | undefined {
  const libc = lockCalls();
  if (!libc) return undefined;
  const handle = openFolder(root);
  if (libc.flock(handle, exclusive | atOnce) !== 0) {
    const isTaken = read.i32(libc.errno() as Pointer) === wouldBlock;
    closeHandle(handle);
    return isTaken ? "taken" : undefined;
  }
  const folder = numberOf(handle, root);
  let isOpen = true;
  return {
    folder,
    [Symbol.dispose]() {
      if (isOpen) closeHandle(handle);
      isOpen = false;
    },
  };
}

/**
 * Whether a service has a folder locked; undefined where there are no such locks. Takes part in the lock for
 * as long as the question takes. Throws `SpoolFault` when the folder cannot be opened.
 */
export function isFolderLocked(root: string): boolean | undefined {
  const libc = lockCalls();
  if (!libc) return undefined;
  const handle = openFolder(root);
  try {
    if (libc.flock(handle, shared | atOnce) === 0) return false;
    return read.i32(libc.errno() as Pointer) === wouldBlock ? true : undefined;
  } finally {
    closeHandle(handle);
  }
}

// --- internal ---

type Pointer = Parameters<typeof read.i32>[0];

const shared = 1;
const exclusive = 2;
const atOnce = 4;
/** `EWOULDBLOCK`. */
const wouldBlock = process.platform === "darwin" ? 35 : 11;

let calls: ReturnType<typeof openCalls> | undefined;

function lockCalls() {
  calls ??= openCalls();
  return calls;
}

function openCalls() {
  const flock = openLibc({ flock: { args: ["i32", "i32"], returns: "i32" } });
  const errno =
    process.platform === "darwin"
      ? openLibc({ __error: { args: [], returns: "ptr" } })?.__error
      : openLibc({ __errno_location: { args: [], returns: "ptr" } })?.__errno_location;
  return flock && errno && { flock: flock.flock, errno };
}

function openFolder(root: string): number {
  try {
    return openSync(root, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (cause) {
    throw spoolFault(cause, "lock", root);
  }
}

function numberOf(handle: number, root: string): string {
  try {
    const { dev, ino } = fstatSync(handle, { bigint: true });
    return `${dev}:${ino}`;
  } catch (cause) {
    // With it goes the lock.
    closeHandle(handle);
    throw spoolFault(cause, "lock", root);
  }
}
