import { renameSync } from "node:fs";
import { changeOf, type Move } from "./change-of.ts";
import { putBack } from "./claim-file.ts";
import { errnoOf, spoolFault } from "./fault.ts";
import { freeNumber, numberedName } from "./free-name.ts";
import { HeldFolder } from "./held-folder.ts";
import { listIfThere } from "./list-folder.ts";
import { printableName } from "./name.ts";
import { exists } from "./same-bytes.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/** An empty file is deleted when it has been set aside for so long, in milliseconds. */
export const emptyKeptMs = 3_600_000;

/**
 * Takes a file that stays empty out of the spool. It is kept: a writer may hold it open, and what that
 * writes later comes back (`reviewEmptyFiles`). Throws `SpoolFault`.
 */
export function setAsideEmpty(spool: Spool, file: SpoolFile): Move {
  using root = HeldFolder.openFollowing(spool.root);
  const why = changeOf(root.held, file);
  if (why) return { moved: false, why };
  using aside = HeldFolder.openOrMake(spool.empty, 0o700);
  const number = freeNumber((one) => !exists(aside.at(numberedName(file.name, one))));
  const name = numberedName(file.name, number);
  try {
    renameSync(root.at(file.name), aside.at(name));
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return { moved: false, why: "vanished" };
    throw spoolFault(cause, "set aside the empty file", printableName(file.name));
  }
  // Another file may have taken the name in between, or bytes may have come.
  const stats = aside.look(name);
  if (stats?.isFile() && stats.size === 0) return { moved: true, name: file.name };
  if (stats) putBack(aside, name, root);
  return { moved: false, why: "replaced" };
}

/**
 * Looks at the empty files that were set aside: one that holds bytes now comes back into the spool, one
 * that was empty for `emptyKeptMs` is deleted. Returns the names of those that came back. Throws
 * `SpoolFault`.
 */
export function reviewEmptyFiles(spool: Spool, nowMs = Date.now()): string[] {
  const names = listIfThere(spool.empty);
  if (names.length === 0) return [];
  using root = HeldFolder.openFollowing(spool.root);
  using aside = HeldFolder.open(spool.empty);
  const back: string[] = [];
  for (const name of names) {
    const stats = aside.look(name);
    if (!stats?.isFile()) continue;
    if (stats.size > 0) back.push(putBack(aside, name, root));
    else if (stats.ctimeMs <= nowMs - emptyKeptMs) aside.remove(name);
  }
  return back;
}
