import { renameSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { moveInto, putBack } from "./claim-file.ts";
import { errnoOf, SpoolFault, spoolFault } from "./fault.ts";
import { HeldFolder } from "./held-folder.ts";
import { listIfThere } from "./list-folder.ts";
import { printableName } from "./name.ts";
import { ReasonFolders } from "./reason-folders.ts";
import { exists, isSameFile } from "./same-bytes.ts";
import type { Spool } from "./spool.ts";

/** So often another retry may remove the folder that both use. */
const maxAttempts = 100;

/** A retry that has had a file in hand for so long was killed. */
const abandonedMs = 60_000;

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
  using reasons = new ReasonFolders(failed);
  // The service may refuse it again at once: the reason that it writes then has to stay.
  const removeReason = reasons.remover(name);
  using taken = take(spool, failed, name);
  if (!taken) return "vanished";
  let isMoved = false;
  try {
    isMoved = moveInto(taken, name, root, name);
  } finally {
    if (!isMoved) putBack(taken, name, failed);
    removeIfEmpty(taken.path);
  }
  if (!isMoved) return "occupied";
  removeReason();
  return "moved";
}

/**
 * Puts a submission that the former ingester left in `pending_retry/` into the spool under its name, and
 * overwrites nothing. Ended at any point, it is in one place or in both. Throws `SpoolFault`.
 */
export function retryPending(spool: Spool, name: string): Retry {
  using root = HeldFolder.openFollowing(spool.root);
  using pending = HeldFolder.openFollowing(spool.pendingRetry);
  if (!pending.look(name)?.isFile()) return "vanished";
  return moveInto(pending, name, root, name) ? "moved" : "occupied";
}

/**
 * Puts what a retry that was killed had in hand back into `failed/`: what was taken before `beforeMs`, in
 * milliseconds since the epoch. Throws `SpoolFault`.
 */
export function recoverRetries(spool: Spool, beforeMs = Number.POSITIVE_INFINITY): void {
  const names = listIfThere(takenFolder(spool));
  if (names.length === 0) return;
  using root = HeldFolder.openFollowing(spool.root);
  using failed = HeldFolder.openFollowing(spool.failed);
  using taken = HeldFolder.open(takenFolder(spool));
  for (const name of names) {
    const stats = taken.look(name);
    if (!stats || stats.ctimeMs >= beforeMs) continue;
    // It was linked into the spool already: there a writer may write into it.
    if (isSameFile(taken.at(name), root.at(name))) taken.remove(name);
    else putBack(taken, name, failed);
  }
  removeIfEmpty(taken.path);
}

/** Does that beside retries that may be at work, with what they were killed over. Throws `SpoolFault`. */
export function recoverAbandonedRetries(spool: Spool, nowMs = Date.now()): void {
  recoverRetries(spool, nowMs - abandonedMs);
}

// --- internal ---

function takenFolder(spool: Spool): string {
  return join(spool.failed, ".kci-ingester.retry");
}

/** Takes a file out of `failed/`; returns the folder it is in, undefined where it has gone. */
function take(spool: Spool, failed: HeldFolder, name: string): HeldFolder | undefined {
  for (let attempt = 1; ; attempt++) {
    let taken: HeldFolder | undefined;
    try {
      taken = HeldFolder.openOrMake(takenFolder(spool), 0o700);
      renameSync(failed.at(name), taken.at(name));
      return taken;
    } catch (cause) {
      taken?.[Symbol.dispose]();
      const isAbsent = errnoOf(cause) === "ENOENT";
      if (isAbsent && !exists(failed.at(name))) {
        removeIfEmpty(takenFolder(spool));
        return undefined;
      }
      // Another retry has just removed the folder, since it was empty.
      if (isAbsent && attempt < maxAttempts) continue;
      if (cause instanceof SpoolFault) throw cause;
      throw spoolFault(cause, "move", `${printableName(name)} to ${spool.root}`);
    }
  }
}

/** Another retry may be at work in it. */
function removeIfEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // It stays, and does no harm.
  }
}
