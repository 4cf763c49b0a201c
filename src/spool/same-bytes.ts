import { closeSync, fstatSync, readSync } from "node:fs";
import { errnoOf, spoolFault } from "./fault.ts";
import { decodeName, printableName } from "./name.ts";
import { openAsIs } from "./open-as-is.ts";

const chunkBytes = 1 << 20;
/** What tells that there is no regular file that could be read, now or later. */
const isAnswer = new Set(["ENOENT", "ELOOP", "ENXIO", "EISDIR", "ENOTDIR", "EACCES", "EPERM"]);

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
    throw spoolFault(cause, "compare with", printableName(decodeName(Buffer.from(b))));
  } finally {
    for (const handle of handles) closeSync(handle);
  }
}
