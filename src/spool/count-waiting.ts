import { lstatSync } from "node:fs";
import { listInPieces } from "./list-folder.ts";
import { pathOf } from "./name.ts";

/**
 * How many submissions lie in the spool; with `beforeMs`, a time since the epoch, only those that were
 * there then, links and the like left out. Undefined where the folder cannot be listed.
 */
export function countWaiting(root: string, beforeMs?: number): number | undefined {
  try {
    const counts = (name: string) =>
      name.endsWith(".json") && (beforeMs === undefined || wasThere(root, name, beforeMs));
    let count = 0;
    for (const names of listInPieces(root)) count += names.filter(counts).length;
    return count;
  } catch {
    return undefined;
  }
}

// --- internal ---

function wasThere(root: string, name: string, beforeMs: number): boolean {
  try {
    const stats = lstatSync(pathOf(root, name), { throwIfNoEntry: false });
    return stats?.isFile() === true && stats.ctimeMs < beforeMs;
  } catch {
    // What cannot be looked at is left.
    return true;
  }
}
