import { lstatSync, type Stats } from "node:fs";
import { errnoOf, SpoolFault, spoolFault } from "./fault.ts";
import { pathOf, printableName } from "./name.ts";
import type { SpoolFile } from "./spool.ts";

/** An entry of the spool that could not be looked at, and why. */
export interface UnseenEntry {
  readonly name: string;
  readonly fault: SpoolFault;
}

/** An entry of the spool that is named like a submission and is no file. */
export interface OddEntry {
  readonly name: string;
  readonly what: "symbolic link" | "folder" | "FIFO" | "socket" | "device";
}

/** What a look at an entry of the spool may find. */
export type LookedAt = SpoolFile | OddEntry | UnseenEntry;

/** Looks at one entry as `lookAt` does, but returns the fault. */
export function tryToLookAt(root: string, name: string): LookedAt | undefined {
  try {
    return lookAt(root, name);
  } catch (fault) {
    if (fault instanceof SpoolFault) return { name, fault };
    throw fault;
  }
}

/** Looks at one entry of the spool; undefined when it has gone. Throws `SpoolFault`. */
export function lookAt(root: string, name: string): SpoolFile | OddEntry | undefined {
  let stats: Stats;
  try {
    stats = lstatSync(pathOf(root, name));
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return undefined;
    throw spoolFault(cause, "check", printableName(name));
  }
  if (!stats.isFile()) return { name, what: kindOf(stats) };
  return { name, bytes: stats.size, mtimeMs: stats.mtimeMs, inode: stats.ino };
}

// --- internal ---

function kindOf(stats: Stats): OddEntry["what"] {
  if (stats.isSymbolicLink()) return "symbolic link";
  if (stats.isDirectory()) return "folder";
  if (stats.isFIFO()) return "FIFO";
  return stats.isSocket() ? "socket" : "device";
}
