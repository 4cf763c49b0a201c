import {
  closeSync,
  copyFileSync,
  fsyncSync,
  lstatSync,
  openSync,
  renameSync,
  unlinkSync,
} from "node:fs";
import { errnoOf, spoolFault } from "./fault.ts";
import { encodeName, pathOf, printableName } from "./name.ts";
import { sameBytes } from "./same-bytes.ts";
import type { SpoolFile } from "./spool.ts";

/** The longest name that common file systems take, in bytes. */
const maxNameBytes = 255;

/** What became of a move: the name it has now, or why it was left. */
export type Move =
  | { moved: true; name: string }
  /** `vanished`: nothing of that name is there; `replaced`: another file has taken its name. */
  | { moved: false; why: "vanished" | "replaced" };

/**
 * The name under which `file` can go into `folder` without harm to what is there: its own, or
 * `NAME.2.json` and so on where another file has it. An equal file may be replaced. Throws
 * `SpoolFault`.
 */
export function freeName(root: string, file: SpoolFile, folder: string): string {
  const stem = file.name.slice(0, -".json".length);
  try {
    for (let number = 1; ; number++) {
      const name = number === 1 ? file.name : withSuffix(stem, `.${number}.json`);
      const target = pathOf(folder, name);
      if (!exists(target) || sameBytes(pathOf(root, file.name), target)) return name;
    }
  } catch (cause) {
    throw spoolFault(cause, "look into", folder);
  }
}

/**
 * Moves a file of the spool to `name` in `folder`, unless it is no longer the one that was ingested.
 * On another file system it is copied, made durable, and only then unlinked. Throws `SpoolFault`.
 */
export function moveFile(root: string, file: SpoolFile, folder: string, name: string): Move {
  const source = pathOf(root, file.name);
  const target = pathOf(folder, name);
  try {
    const now = lstatSync(source);
    const isSame =
      now.ino === file.inode && now.size === file.bytes && now.mtimeMs === file.mtimeMs;
    if (!isSame) return { moved: false, why: "replaced" };
    renameSync(source, target);
    return { moved: true, name };
  } catch (cause) {
    if (errnoOf(cause) === "EXDEV") return moveAcross(source, folder, name, file);
    if (errnoOf(cause) === "ENOENT" && hasGone(source)) return { moved: false, why: "vanished" };
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

// --- internal ---

function moveAcross(source: string | Buffer, folder: string, name: string, file: SpoolFile): Move {
  const part = pathOf(folder, withSuffix(`.${name}`, ".part"));
  try {
    copyFileSync(source, part);
    sync(part);
    renameSync(part, pathOf(folder, name));
    sync(folder);
    unlinkSync(source);
    return { moved: true, name };
  } catch (cause) {
    removeIfThere(part);
    throw spoolFault(cause, "copy", `${printableName(file.name)} to ${folder}`);
  }
}

function sync(path: string | Buffer): void {
  const handle = openSync(path, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function exists(path: string | Buffer): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Whether it is certain that nothing is there. */
function hasGone(path: string | Buffer): boolean {
  try {
    return !exists(path);
  } catch {
    return false;
  }
}

/** Removes what a failure left half-written; what cannot be removed now is overwritten by the next try. */
function removeIfThere(path: string | Buffer): void {
  try {
    unlinkSync(path);
  } catch {
    // The failure that came first is the one that counts.
  }
}
