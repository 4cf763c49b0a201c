import { unlinkSync } from "node:fs";
import { changeOf } from "./change-of.ts";
import { errnoOf, spoolFault } from "./fault.ts";
import type { Move } from "./move-file.ts";
import { pathOf, printableName } from "./name.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/**
 * Deletes an empty file, unless it is no longer the one that was judged: whoever made it may have
 * written to it since. Throws `SpoolFault`.
 */
export function deleteFile(spool: Spool, file: SpoolFile): Move {
  const why = changeOf(spool.root, file);
  if (why) return { moved: false, why };
  try {
    unlinkSync(pathOf(spool.root, file.name));
    return { moved: true, name: file.name };
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return { moved: false, why: "vanished" };
    throw spoolFault(cause, "delete the empty file", printableName(file.name));
  }
}
