import { renameSync, unlinkSync } from "node:fs";
import { copyFile } from "./copy-file.ts";
import { errnoOf, spoolFault } from "./fault.ts";
import type { HeldFolder } from "./held-folder.ts";
import { printableName } from "./name.ts";
import { isSameFile } from "./same-bytes.ts";
import type { SpoolFile } from "./spool.ts";

/**
 * Moves a claimed file to `name` in `folder`, where at most a file of equal bytes has that name. On
 * another file system it is copied, made durable, and only then unlinked. Returns false where its bytes
 * are not those that were read any more. Throws `SpoolFault`.
 */
export function placeFile(
  claimed: HeldFolder,
  file: SpoolFile,
  folder: HeldFolder,
  name: string,
  seed: bigint,
): boolean {
  const source = claimed.at(file.name);
  const target = folder.at(name);
  try {
    // To rename one link of a file over another does nothing, and says that all went well.
    if (isSameFile(source, target)) unlinkSync(source);
    else renameSync(source, target);
    return true;
  } catch (cause) {
    if (errnoOf(cause) !== "EXDEV") throw toFault(cause, file, folder);
  }
  try {
    if (!copyFile(source, folder, name, { replaces: true, expected: { file, seed } })) return false;
    unlinkSync(source);
    return true;
  } catch (cause) {
    throw toFault(cause, file, folder);
  }
}

// --- internal ---

function toFault(cause: unknown, file: SpoolFile, folder: HeldFolder) {
  return spoolFault(cause, "move", `${printableName(file.name)} to ${folder.path}`);
}
