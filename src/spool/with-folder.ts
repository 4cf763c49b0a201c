import { mkdirSync } from "node:fs";
import { SpoolFault, spoolFault } from "./fault.ts";
import { exists } from "./move-file.ts";

/**
 * Does `work` in a folder inside the spool; one that someone has removed is made again. Throws
 * `SpoolFault`, as it comes from `work` or from making the folder.
 */
export function withFolder<T>(folder: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const isMissing = cause instanceof SpoolFault && cause.code === "ENOENT" && !exists(folder);
    if (!isMissing) throw cause;
    makeFolder(folder);
    return work();
  }
}

// --- internal ---

/** Never makes what is above: a spool that is not mounted must not come up as an empty folder. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (cause) {
    throw spoolFault(cause, "make the folder", folder);
  }
}
