import { fstatSync, lstatSync, readSync, type Stats } from "node:fs";
import { closeHandle } from "../base/close-handle.ts";
import { errnoOf, spoolFault } from "./fault.ts";
import { decodeName, printableName } from "./name.ts";
import { openAsIs } from "./open-as-is.ts";

const chunkBytes = 1 << 20;
/** What tells that no regular file is there that could be read, now or later. */
const isAnswer = new Set(["ENOENT", "ELOOP", "ENXIO", "EISDIR", "ENOTDIR", "EACCES", "EPERM"]);

/** Whether something has this name, whatever it is. Throws `SpoolFault`. */
export function exists(path: string | Buffer): boolean {
  return look(path) !== undefined;
}

/** Whether two names lead to one file (hard links of each other). Throws `SpoolFault`. */
export function isSameFile(a: string | Buffer, b: string | Buffer): boolean {
  const [x, y] = [look(a), look(b)];
  return x !== undefined && y !== undefined && x.ino === y.ino && x.dev === y.dev;
}

/**
 * Whether two regular files hold the same bytes; a link, a folder or one that this user may not read is
 * different. Throws `SpoolFault` where the file system fails: then nobody knows.
 */
export function sameBytes(a: string | Buffer, b: string | Buffer): boolean {
  const handles: number[] = [];
  try {
    for (const path of [a, b]) handles.push(openAsIs(path));
    const [first = -1, second = -1] = handles;
    const [x, y] = [fstatSync(first), fstatSync(second)];
    if (!x.isFile() || !y.isFile() || x.size !== y.size) return false;
    const [left, right] = [Buffer.alloc(chunkBytes), Buffer.alloc(chunkBytes)];
    for (let at = 0; at < x.size; at += chunkBytes) {
      const length = readSync(first, left, 0, chunkBytes, at);
      if (readSync(second, right, 0, chunkBytes, at) !== length) return false;
      if (left.compare(right, 0, length, 0, length) !== 0) return false;
    }
    return true;
  } catch (cause) {
    if (isAnswer.has(errnoOf(cause) ?? "")) return false;
    throw spoolFault(cause, "compare with", printablePath(b));
  } finally {
    for (const handle of handles) closeHandle(handle);
  }
}

// --- internal ---

function look(path: string | Buffer): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (cause) {
    throw spoolFault(cause, "check", printablePath(path));
  }
}

function printablePath(path: string | Buffer): string {
  return printableName(decodeName(Buffer.from(path)));
}
