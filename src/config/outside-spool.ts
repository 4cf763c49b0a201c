import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathOf } from "../store/sqlite/path-of.ts";
import { type Setting, unexpected } from "./settings.ts";

/** Where the service moves, reads or deletes what is named like a submission. */
const folders = ["", "archive", "failed"];

/**
 * Sees that a SQLite database is not named like a submission of the spool, which the service would refuse
 * and move away. Throws `ConfigFault`.
 */
export function seeOutsideSpool(database: Setting, spoolDir: string): void {
  if (!database.value.startsWith("sqlite:")) return;
  const file = real(pathOf(database.value));
  if (!/\.json(?:\.zst)?$/.test(file)) return;
  if (!folders.some((folder) => real(join(spoolDir, folder)) === dirname(file))) return;
  throw unexpected(
    database,
    "a file outside of the spool, or one whose name does not end in .json",
  );
}

// --- internal ---

/** The path without symbolic links, as far as it is there. */
function real(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync(whole);
  } catch {
    return dirname(whole) === whole ? whole : join(real(dirname(whole)), basename(whole));
  }
}
