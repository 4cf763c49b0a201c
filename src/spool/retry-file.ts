import { lstatSync, renameSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { moveInto, putBack } from "./claim-file.ts";
import { errnoOf, spoolFault } from "./fault.ts";
import { HeldFolder } from "./held-folder.ts";
import { listIfThere } from "./list-folder.ts";
import { pathOf, printableName } from "./name.ts";
import { reasonName } from "./reason-file.ts";
import { exists } from "./same-bytes.ts";
import type { Spool } from "./spool.ts";

/** What became of a retry; `occupied`: a file of that name waits, and nothing was done. */
export type Retry = "moved" | "occupied" | "vanished";

/**
 * Puts a submission of `failed/` back into the spool under its name, and removes its reason. Never
 * overwrites. The submission is taken out of `failed/` first, so that one which the service refuses there
 * meanwhile is not touched. Ended at any point, the file is in one place or in two. Throws `SpoolFault`.
 */
export function retryFile(spool: Spool, name: string): Retry {
  using root = HeldFolder.openFollowing(spool.root);
  using failed = HeldFolder.openFollowing(spool.failed);
  using taken = HeldFolder.openOrMake(takenFolder(spool), 0o700);
  const reason = pathOf(failed.held, reasonName(name));
  const before = numberOf(reason);
  try {
    renameSync(failed.at(name), taken.at(name));
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT" && !exists(failed.at(name))) return "vanished";
    throw spoolFault(cause, "move", `${printableName(name)} to ${spool.root}`);
  }
  let isMoved = false;
  try {
    isMoved = moveInto(taken, name, root, name);
  } finally {
    if (!isMoved) putBack(taken, name, failed);
    removeIfEmpty(taken.path);
  }
  if (!isMoved) return "occupied";
  // The service may have refused it again already: the reason that it wrote has to stay.
  if (before !== undefined && numberOf(reason) === before) remove(reason, name);
  return "moved";
}

/** Puts what a retry that was killed had in hand back into `failed/`. Throws `SpoolFault`. */
export function recoverRetries(spool: Spool): void {
  const names = listIfThere(takenFolder(spool));
  if (names.length === 0) return;
  using failed = HeldFolder.openFollowing(spool.failed);
  using taken = HeldFolder.open(takenFolder(spool));
  for (const name of names) putBack(taken, name, failed);
  removeIfEmpty(taken.path);
}

// --- internal ---

function takenFolder(spool: Spool): string {
  return join(spool.failed, ".kci-ingester.retry");
}

/** Another retry may be at work in it. */
function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // It stays, and does no harm.
  }
}

function numberOf(path: string | Buffer): number | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.ino;
}

function remove(path: string | Buffer, name: string): void {
  try {
    unlinkSync(path);
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return;
    throw spoolFault(cause, "remove the reason of", printableName(name));
  }
}
