import { lstatSync } from "node:fs";
import { join } from "node:path";
import { spoolFault } from "./fault.ts";
import { writeNote } from "./note-file.ts";

const fileName = ".kci-ingester.last-ingestion";

/**
 * Notes in the spool that rows of its files were committed just now. Other tools change the time of
 * `archive/`, not that of this file. Where it cannot be written the last note stands.
 */
export function noteIngestion(root: string): void {
  try {
    writeNote(join(root, fileName), `${new Date().toISOString()}\n`);
  } catch {
    // Ingestion goes on without: what keeps the spool from being written is told where files move.
  }
}

/** When rows were last committed, in milliseconds since the epoch; absent without a note. Throws `SpoolFault`. */
export function lastIngestionMs(root: string): number | undefined {
  const path = join(root, fileName);
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs;
  } catch (cause) {
    throw spoolFault(cause, "check", path);
  }
}
