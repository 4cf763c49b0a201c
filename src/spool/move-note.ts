import { lstatSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { changeByBytes } from "./change-by-bytes.ts";
import { putBack } from "./claim-file.ts";
import { errnoOf, spoolFault } from "./fault.ts";
import { HeldFolder } from "./held-folder.ts";
import { listIfThere } from "./list-folder.ts";
import { readNote, writeNote } from "./note-file.ts";
import { exists } from "./same-bytes.ts";
import type { Spool, SpoolFile } from "./spool.ts";

/** What is being moved to `archive/`, as it is noted in the spool. */
interface MoveNote {
  seed: string;
  files: [name: string, bytes: number, digest: string][];
}

const fileName = ".kci-ingester.moving";
/** That of the largest batch has 8,000 names, of up to 255 bytes that JSON may spell with six each. */
const maxNoteBytes = 32 << 20;

/** Notes the files that are about to be renamed to `archive/`. Throws `SpoolFault`. */
export function noteMoves({ root, digestSeed }: Spool, files: readonly SpoolFile[]): void {
  const note: MoveNote = { seed: String(digestSeed), files: [] };
  for (const { name, bytes, digest } of files) {
    if (digest !== undefined) note.files.push([name, bytes, String(digest)]);
  }
  // Not made durable: after a loss of power it is as old as the renames.
  const path = join(root, fileName);
  const text = JSON.stringify(note);
  try {
    writeNote(path, text);
  } catch {
    // A link or a FIFO may have been put there, or another user's file: it goes, unopened.
    clearMoves(root);
    writeNote(path, text);
  }
}

/** Removes the note: all that was moved was seen to be right. Throws `SpoolFault`. */
export function clearMoves(root: string): void {
  const path = join(root, fileName);
  try {
    unlinkSync(path);
  } catch (cause) {
    // A folder is no note of ours.
    if (["ENOENT", "EISDIR", "EPERM"].includes(errnoOf(cause) ?? "")) return;
    throw spoolFault(cause, "remove", path);
  }
}

/**
 * Finishes what a service that was killed left half-done: a file that was moved to `archive/` without
 * having been read, and files that had been taken out of the spool, come back into it. Returns their names.
 * Throws `SpoolFault`.
 */
export function recoverMoves(spool: Spool): string[] {
  const note = readMoves(spool.root);
  const claimed = listIfThere(spool.claimed);
  if (note.files.length === 0 && claimed.length === 0) return [];
  using root = HeldFolder.openFollowing(spool.root);
  const back: string[] = [];
  if (note.files.length > 0) {
    const notedMs = lstatSync(join(spool.root, fileName)).mtimeMs;
    using archive = HeldFolder.openOrMake(spool.archive);
    for (const [name, bytes, digest] of note.files) {
      const file = { name, bytes, digest: BigInt(digest), mtimeMs: 0, inode: 0 };
      if (isAnother(archive, file, BigInt(note.seed), notedMs))
        back.push(putBack(archive, name, root));
    }
  }
  if (claimed.length > 0) {
    using from = HeldFolder.openOrMake(spool.claimed, 0o700);
    for (const name of claimed) if (exists(from.at(name))) back.push(putBack(from, name, root));
  }
  clearMoves(spool.root);
  return back;
}

// --- internal ---

function readMoves(root: string): MoveNote {
  const nothing: MoveNote = { seed: "0", files: [] };
  try {
    const note = JSON.parse(
      readNote(join(root, fileName), maxNoteBytes) ?? "null",
    ) as MoveNote | null;
    const isOurs =
      note &&
      isNumber(note.seed) &&
      note.files.every(
        ([name, bytes, digest]) => isName(name) && isLength(bytes) && isNumber(digest),
      );
    return isOurs ? note : nothing;
  } catch (cause) {
    // Half a note was written before the first file was moved.
    if (cause instanceof SyntaxError || cause instanceof TypeError) return nothing;
    throw cause;
  }
}

function isNumber(text: unknown): boolean {
  return typeof text === "string" && /^\d{1,20}$/.test(text);
}

function isLength(bytes: unknown): boolean {
  return Number.isSafeInteger(bytes) && (bytes as number) >= 0;
}

function isName(name: unknown): boolean {
  return typeof name === "string" && name.endsWith(".json") && !/[\0/]/.test(name);
}

/** Whether a regular file has come there since the note was written that does not hold what was read. */
function isAnother(archive: HeldFolder, file: SpoolFile, seed: bigint, notedMs: number): boolean {
  try {
    const stats = lstatSync(archive.at(file.name), { throwIfNoEntry: false });
    if (!stats?.isFile() || stats.ctimeMs < notedMs) return false;
    return changeByBytes(archive.at(file.name), archive, file, { digestSeed: seed }) !== undefined;
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return false;
    throw spoolFault(cause, "read", `${archive.path}/${file.name}`);
  }
}
