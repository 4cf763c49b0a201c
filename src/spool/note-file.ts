import { closeSync, constants, fstatSync, readFileSync, writeFileSync } from "node:fs";
import { errnoOf, spoolFault } from "./fault.ts";
import { openAsIs } from "./open-as-is.ts";

const { O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/** No note of ours is larger, but where its reader says so. */
const usualMaxBytes = 1 << 20;

/** Writes one of the service's own notes into the spool, anew. Throws `SpoolFault`. */
export function writeNote(path: string, text: string): void {
  try {
    withHandle(path, O_WRONLY | O_CREAT | O_TRUNC, (handle) => {
      // Nobody else may be the one who reads it.
      if (!fstatSync(handle).isFile()) throw Object.assign(new Error(), { code: "ENXIO" });
      writeFileSync(handle, text);
    });
  } catch (cause) {
    throw spoolFault(cause, "write", path);
  }
}

/**
 * Reads such a note; undefined where there is none of at most `maxBytes` that could be ours. Throws
 * `SpoolFault`.
 */
export function readNote(path: string, maxBytes = usualMaxBytes): string | undefined {
  try {
    return withHandle(path, O_RDONLY, (handle) => {
      const stats = fstatSync(handle);
      const isOurs = stats.isFile() && stats.size <= maxBytes;
      return isOurs ? readFileSync(handle, "utf8") : undefined;
    });
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw spoolFault(cause, "read", path);
  }
}

// --- internal ---

/** Whoever may write into the spool may put a link or a FIFO there: neither is followed or waited for. */
function withHandle<T>(path: string, flags: number, use: (handle: number) => T): T {
  const handle = openAsIs(path, flags);
  try {
    return use(handle);
  } finally {
    closeSync(handle);
  }
}
