import { constants, fsyncSync, linkSync, openSync, renameSync, unlinkSync } from "node:fs";
import { closeHandle } from "../base/close-handle.ts";
import { errnoOf } from "./fault.ts";
import { withSuffix } from "./free-name.ts";
import type { HeldFolder } from "./held-folder.ts";
import { exists } from "./same-bytes.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/**
 * Makes the file `name` in `folder`, whole or not at all, and durable. `write` is given the handle of a
 * part that nobody else can have opened before; where it returns false nothing is made. With
 * `replaces: false` a file that has the name stays, and EEXIST is thrown. Throws what the system does.
 */
export function writeWhole(
  folder: HeldFolder,
  name: string,
  write: (handle: number) => boolean,
  { replaces = true, mode = 0o666 } = {},
): boolean {
  const part = folder.at(withSuffix(`.${name}`, ".part"));
  let isThere = true;
  try {
    const handle = openNew(part, mode);
    try {
      if (!write(handle)) return false;
      fsyncSync(handle);
    } finally {
      closeHandle(handle);
    }
    if (replaces) {
      renameSync(part, folder.at(name));
      isThere = false;
    } else isThere = !placeNew(part, folder.at(name));
    makeDurable(folder.held);
    return true;
  } finally {
    if (isThere) removeIfThere(part);
  }
}

/** What a file system without hard links answers. */
export const hasNoLinks = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK"]);

/** Sees that a file, or the entries of a folder, survive a loss of power. Throws what the system does. */
export function makeDurable(path: string | Buffer): void {
  const handle = openSync(path, O_RDONLY);
  try {
    fsyncSync(handle);
  } finally {
    closeHandle(handle);
  }
}

/** Removes what a failure left half-written; what cannot be removed now is removed by the next try. */
export function removeIfThere(path: string | Buffer): void {
  try {
    unlinkSync(path);
  } catch {
    // The failure that came first is the one that counts.
  }
}

// --- internal ---

/** Gives a part a name that nothing has; whether it has no other one any more. Throws EEXIST, as the system. */
function placeNew(part: string | Buffer, target: string | Buffer): boolean {
  try {
    linkSync(part, target);
    return false;
  } catch (cause) {
    if (!hasNoLinks.has(errnoOf(cause) ?? "")) throw cause;
  }
  if (exists(target)) throw Object.assign(new Error(), { code: "EEXIST" });
  renameSync(part, target);
  return true;
}

/** What lies there already was left by a kill, or put there to be written through: it goes, unopened. */
function openNew(path: string | Buffer, mode: number): number {
  const flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW;
  try {
    return openSync(path, flags, mode);
  } catch (cause) {
    if (errnoOf(cause) !== "EEXIST") throw cause;
    unlinkSync(path);
    return openSync(path, flags, mode);
  }
}
