import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { storeKind } from "../store/store-kind.ts";
import { type Setting, unexpected } from "./settings.ts";

/** Where the service moves, reads or deletes what is named like a submission. */
const folders = ["", "archive", "failed"];

/**
 * Sees that a database in a file is not named like a submission of the spool, which the service would refuse
 * and move away. Throws `ConfigFault`.
 */
export function seeOutsideSpool(database: Setting, spoolDir: string): void {
  const path = storeKind(database.value).fileOf(database.value);
  if (path === undefined) return;
  const file = real(path);
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
