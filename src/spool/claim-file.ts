import { linkSync, renameSync, unlinkSync } from "node:fs";
import { changeByBytes } from "./change-by-bytes.ts";
import { type Change, changeOf, type Move } from "./change-of.ts";
import { copyFile } from "./copy-file.ts";
import { errnoOf, SpoolFault, spoolFault } from "./fault.ts";
import { freeNumber, numberedName } from "./free-name.ts";
import { HeldFolder } from "./held-folder.ts";
import { pathOf, printableName } from "./name.ts";
import { renameNew } from "./rename-new.ts";
import { exists, isSameFile } from "./same-bytes.ts";
import type { Spool, SpoolFile } from "./spool.ts";
import { hasNoLinks } from "./write-whole.ts";

/**
 * Moves a file that other programs may touch at any moment: takes it out of the spool into a private
 * folder, sees that it holds what was read and that nobody has it open for writing (but `evenIfOpen`), and
 * lets `place` find it a new name from there. `place` returns that name, or undefined where the file turned
 * out to be another one. Whatever is not placed comes back into the spool. Throws `SpoolFault`.
 */
export function moveClaimed(
  spool: Spool,
  file: SpoolFile,
  place: (claimed: HeldFolder) => string | undefined,
  evenIfOpen: boolean,
): Move {
  using root = HeldFolder.openFollowing(spool.root);
  const early = changeOf(root.held, file);
  if (early && !isClaimed(spool, file)) return { moved: false, why: early };
  using claimed = HeldFolder.openOrMake(spool.claimed, 0o700);
  const why = claim(root, claimed, file, spool, evenIfOpen);
  if (why) return { moved: false, why };
  let name: string | undefined;
  try {
    name = place(claimed);
  } catch (cause) {
    tryToPutBack(claimed, file.name, root);
    throw asSpoolFault(cause, printableName(file.name));
  }
  if (name !== undefined) return { moved: true, name };
  putBack(claimed, file.name, root);
  return { moved: false, why: "replaced" };
}

/**
 * Gives a file of another folder its name in the spool again, or `NAME.2.json` and so on where another
 * file has that. Returns the name. Throws `SpoolFault`.
 */
export function putBack(from: HeldFolder, name: string, root: HeldFolder): string {
  const number = freeNumber((one) => moveInto(from, name, root, numberedName(name, one)));
  return numberedName(name, number);
}

/**
 * Moves `name` of a folder into the spool as `target`, and overwrites nothing: false where something has
 * that name. Ended at any point, the file has one of the two names or both. Throws `SpoolFault`.
 */
export function moveInto(
  from: HeldFolder,
  name: string,
  root: HeldFolder,
  target: string,
): boolean {
  if (renameNew(from, name, root, target)) return true;
  const source = from.at(name);
  try {
    if (!link(source, root, target)) return false;
    unlinkSync(source);
    return true;
  } catch (cause) {
    if (!hasNoLinks.has(errnoOf(cause) ?? "")) {
      throw asSpoolFault(cause, `${printableName(name)} to ${root.path}`);
    }
  }
  // A file system without hard links, or a folder that has the name of a file.
  if (exists(root.at(target))) return false;
  try {
    renameSync(source, root.at(target));
    return true;
  } catch (cause) {
    throw asSpoolFault(cause, `${printableName(name)} to ${root.path}`);
  }
}

// --- internal ---

function link(source: string | Buffer, root: HeldFolder, target: string): boolean {
  try {
    linkSync(source, root.at(target));
    return true;
  } catch (cause) {
    if (errnoOf(cause) === "EXDEV") return copyFile(source, root, target, { replaces: false });
    if (errnoOf(cause) !== "EEXIST") throw cause;
    // The link of an earlier try that was cut short counts.
    return isSameFile(source, root.at(target));
  }
}

/** Whether an earlier try left the file in the private folder. */
function isClaimed(spool: Spool, file: SpoolFile): boolean {
  return exists(pathOf(spool.claimed, file.name));
}

/** Takes the file; says why it is not the one that was read. */
function claim(
  root: HeldFolder,
  claimed: HeldFolder,
  file: SpoolFile,
  spool: Spool,
  evenIfOpen: boolean,
): Change | undefined {
  const taken = claimed.at(file.name);
  if (exists(taken)) {
    if (!changeOfClaimed(claimed, file, spool, evenIfOpen)) return undefined;
    putBack(claimed, file.name, root);
  }
  try {
    renameSync(root.at(file.name), taken);
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return "vanished";
    throw spoolFault(cause, "move", `${printableName(file.name)} to ${claimed.path}`);
  }
  let why: Change | undefined;
  try {
    why = changeOfClaimed(claimed, file, spool, evenIfOpen);
  } catch (cause) {
    tryToPutBack(claimed, file.name, root);
    throw cause;
  }
  if (why) putBack(claimed, file.name, root);
  return why;
}

/** By its bytes; one that was refused unread, by what the system says of it. */
function changeOfClaimed(
  claimed: HeldFolder,
  file: SpoolFile,
  spool: Spool,
  evenIfOpen: boolean,
): Change | undefined {
  if (file.digest === undefined) return changeOf(claimed.held, file) && "replaced";
  try {
    return changeByBytes(claimed.at(file.name), claimed, file, spool, evenIfOpen);
  } catch (cause) {
    // A link, a FIFO or a folder has taken the name.
    if (["ELOOP", "ENXIO", "EISDIR"].includes(errnoOf(cause) ?? "")) return "replaced";
    throw spoolFault(cause, "read", printableName(file.name));
  }
}

/** What cannot come back now is found by the next try, or at the next start. */
function tryToPutBack(claimed: HeldFolder, name: string, root: HeldFolder): void {
  try {
    if (exists(claimed.at(name))) putBack(claimed, name, root);
  } catch {
    // The failure that came first is the one that counts.
  }
}

function asSpoolFault(cause: unknown, path: string): SpoolFault {
  return cause instanceof SpoolFault ? cause : spoolFault(cause, "move", path);
}
