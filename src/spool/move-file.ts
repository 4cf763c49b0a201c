import {
  closeSync,
  copyFileSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
} from "node:fs";
import { type Change, changeOf } from "./change-of.ts";
import { errnoOf, spoolFault } from "./fault.ts";
import { decodeName, encodeName, pathOf, printableName } from "./name.ts";
import { sameBytes } from "./same-bytes.ts";
import type { SpoolFile } from "./spool.ts";

/** The longest name that common file systems take, in bytes. */
const maxNameBytes = 255;

/** What became of a move: the name it has now, or why it was left. */
export type Move = { moved: true; name: string } | { moved: false; why: Change };

/**
 * The name under which `file` can go into `folder` without harm to what is there: its own, or
 * `NAME.2.json` and so on where another file has it. An equal file may be replaced. Throws
 * `SpoolFault`.
 */
export function freeName(root: string, file: SpoolFile, folder: string): string {
  const stem = file.name.slice(0, -".json".length);
  for (let number = 1; ; number++) {
    const name = number === 1 ? file.name : withSuffix(stem, `.${number}.json`);
    const target = pathOf(folder, name);
    if (!exists(target) || sameBytes(pathOf(root, file.name), target)) return name;
  }
}

/**
 * Moves a file of the spool to `name` in `folder`, unless it is no longer the one that was ingested.
 * On another file system it is copied, made durable, and only then unlinked. Throws `SpoolFault`.
 */
export function moveFile(root: string, file: SpoolFile, folder: string, name: string): Move {
  const source = pathOf(root, file.name);
  const target = pathOf(folder, name);
  const why = changeOf(root, file);
  if (why) return { moved: false, why };
  try {
    renameSync(source, target);
    return { moved: true, name };
  } catch (cause) {
    if (errnoOf(cause) === "EXDEV") return moveAcross(root, file, folder, name);
    if (errnoOf(cause) === "ENOENT" && !exists(source)) return { moved: false, why: "vanished" };
    throw spoolFault(cause, "move", `${printableName(file.name)} to ${folder}`);
  }
}

/** `stem` with `suffix`, the stem cut where the name would be too long for a file system. */
export function withSuffix(stem: string, suffix: string): string {
  let cut = stem;
  while (encodeName(cut).length + suffix.length > maxNameBytes) cut = cut.slice(0, -1);
  // Half a character must not stay behind.
  return cut.replace(/[\ud800-\udbff]$/, "") + suffix;
}

/** Sees that a file, or the entries of a folder, survive a loss of power. */
export function makeDurable(path: string | Buffer): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Whether something has this name, whatever it is. Throws `SpoolFault`. */
export function exists(path: string | Buffer): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (cause) {
    throw spoolFault(cause, "look at", printableName(decodeName(Buffer.from(path))));
  }
}

/** Removes what a failure left half-written; what cannot be removed now is overwritten by the next try. */
export function removeIfThere(path: string | Buffer): void {
  try {
    unlinkSync(path);
  } catch {
    // The failure that came first is the one that counts.
  }
}

// --- internal ---

function moveAcross(root: string, file: SpoolFile, folder: string, name: string): Move {
  const source = pathOf(root, file.name);
  const part = pathOf(folder, withSuffix(`.${name}`, ".part"));
  try {
    copyFileSync(source, part);
    makeDurable(part);
    const changed = changeOf(root, file);
    if (changed) {
      removeIfThere(part);
      return { moved: false, why: changed };
    }
    renameSync(part, pathOf(folder, name));
    makeDurable(folder);
    // Whoever wrote the name anew meanwhile must not lose it.
    const why = changeOf(root, file);
    if (why) return { moved: false, why };
    unlinkSync(source);
    return { moved: true, name };
  } catch (cause) {
    removeIfThere(part);
    throw spoolFault(cause, "copy", `${printableName(file.name)} to ${folder}`);
  }
}
