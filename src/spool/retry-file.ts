import { copyFileSync, linkSync, lstatSync, unlinkSync } from "node:fs";
import { errnoOf, spoolFault } from "./fault.ts";
import { makeDurable, removeIfThere, withSuffix } from "./move-file.ts";
import { pathOf, printableName } from "./name.ts";
import { reasonName } from "./reason-file.ts";
import type { Spool } from "./spool.ts";

/** What became of a retry; `occupied`: a file of that name waits, and nothing was done. */
export type Retry = "moved" | "occupied" | "vanished";

/**
 * Puts a submission of `failed/` back into the spool under its name, and removes its reason. Never
 * overwrites: the new name is made as a hard link, which fails where there is one. Ended at any
 * point, the file is in one of the two places or in both. Throws `SpoolFault`.
 */
export function retryFile(spool: Spool, name: string): Retry {
  const source = pathOf(spool.failed, name);
  const reason = pathOf(spool.failed, reasonName(name));
  const before = lstatSync(reason, { throwIfNoEntry: false })?.ino;
  try {
    placeAt(source, spool.root, name);
    unlinkSync(source);
    // The service may have refused it again already: the reason that it wrote has to stay.
    const now = lstatSync(reason, { throwIfNoEntry: false })?.ino;
    if (now !== undefined && now === before) unlinkSync(reason);
    return "moved";
  } catch (cause) {
    if (errnoOf(cause) === "EEXIST") return "occupied";
    if (errnoOf(cause) === "ENOENT" && !lstatSync(source, { throwIfNoEntry: false })) {
      return "vanished";
    }
    throw spoolFault(cause, "move", `${printableName(name)} to ${spool.root}`);
  }
}

// --- internal ---

function placeAt(source: string | Buffer, root: string, name: string): void {
  const target = pathOf(root, name);
  try {
    linkSync(source, target);
  } catch (cause) {
    if (errnoOf(cause) !== "EXDEV") throw cause;
    // `failed/` is on another file system; what waits is never seen half written.
    const part = pathOf(root, withSuffix(`.${name}`, ".part"));
    try {
      copyFileSync(source, part);
      makeDurable(part);
      linkSync(part, target);
      makeDurable(root);
    } finally {
      removeIfThere(part);
    }
  }
}
