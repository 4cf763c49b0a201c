import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { errnoOf, spoolFault } from "./fault.ts";
import { pathOf, printableName } from "./name.ts";
import type { SpoolFile } from "./spool.ts";

/** What reading a file of the spool came to; `file` is what was really read. */
export type Read =
  | { kind: "read"; file: SpoolFile; bytes: Uint8Array }
  | { kind: "empty"; file: SpoolFile }
  | { kind: "too-large"; file: SpoolFile }
  /** It has gone, or is no regular file any more. */
  | { kind: "vanished" };

/**
 * Reads a waiting file. Never follows a link, never blocks on a FIFO that has taken the name, never
 * reads more than `maxBytes`. Throws `SpoolFault` where the file system fails.
 */
export async function readFile(root: string, name: string, maxBytes: number): Promise<Read> {
  let handle: number;
  try {
    handle = openSync(
      pathOf(root, name),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
  } catch (cause) {
    if (["ENOENT", "ELOOP", "ENXIO"].includes(errnoOf(cause) ?? "")) return { kind: "vanished" };
    throw spoolFault(cause, "open", printableName(name));
  }
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) return { kind: "vanished" };
    const file = { name, bytes: stats.size, mtimeMs: stats.mtimeMs, inode: stats.ino };
    if (stats.size === 0) return { kind: "empty", file };
    if (stats.size > maxBytes) return { kind: "too-large", file };
    const bytes = await Bun.file(handle).slice(0, stats.size).bytes();
    return { kind: "read", file, bytes };
  } catch (cause) {
    throw spoolFault(cause, "read", printableName(name));
  } finally {
    closeSync(handle);
  }
}
