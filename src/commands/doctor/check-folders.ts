import { accessSync, constants, renameSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { asOperator, errnoOf, spoolFault } from "../../spool/fault.ts";
import { spoolAt } from "../../spool/spool.ts";
import type { Finding } from "./check.ts";

/**
 * Writes a file into the spool and moves it into its sub-folders and away, as the service would.
 * Throws `SpoolFault` (operator) where that fails.
 */
export function checkFolders(folder: string): Finding[] {
  const { root, archive, failed } = spoolAt(folder);
  if (!isFolder(root)) {
    mustTakeFolders(nearestFolder(root));
    return [{ state: "warn", detail: `${root} does not exist; the service will create it` }];
  }
  const probe = join(root, `.doctor-${process.pid}.part`);
  attempt("write into", root, () => writeFileSync(probe, ""));
  try {
    const findings = [archive, failed].flatMap((below) => tryMove(probe, below));
    return [{ state: "ok", detail: `${root} is writable` }, ...findings];
  } finally {
    unlinkSync(probe);
  }
}

// --- internal ---

/** Moves the probe into a sub-folder and back. */
function tryMove(probe: string, folder: string): Finding[] {
  if (!isFolder(folder)) return [];
  const there = join(folder, `.doctor-${process.pid}.part`);
  try {
    renameSync(probe, there);
    renameSync(there, probe);
    return [{ state: "ok", detail: `a file moves to ${folder} in one step` }];
  } catch (cause) {
    if (errnoOf(cause) !== "EXDEV") throw asOperator(spoolFault(cause, "move a file to", folder));
  }
  attempt("write into", folder, () => writeFileSync(there, ""));
  unlinkSync(there);
  const detail = `${folder} is on another file system, so each file is copied`;
  return [{ state: "warn", detail, hint: "put it on the same file system as the spool" }];
}

function isFolder(path: string): boolean {
  const stats = attempt("check", path, () => statSync(path, { throwIfNoEntry: false }));
  if (stats && !stats.isDirectory()) {
    throw asOperator(spoolFault({ code: "ENOTDIR" }, "use the folder", path));
  }
  return stats !== undefined;
}

/** The part of a path that is there. */
function nearestFolder(path: string): string {
  const above = dirname(path);
  return above === path || isFolder(above) ? above : nearestFolder(above);
}

function mustTakeFolders(folder: string): void {
  attempt("create the folder in", folder, () =>
    accessSync(folder, constants.W_OK | constants.X_OK),
  );
}

function attempt<T>(operation: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    throw asOperator(spoolFault(cause, operation, path));
  }
}
