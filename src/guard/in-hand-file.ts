import { renameSync } from "node:fs";
import { join } from "node:path";
import { spoolFault } from "../spool/fault.ts";
import { readNote, removeNote, writeNote } from "../spool/note-file.ts";

const fileName = ".kci-ingester.in-hand";

/** Room for the identities of several batches of the most files. */
const maxBytes = 16 << 20;

/**
 * Writes the note of what is in hand, which outlives the program: all of it or none, for an end may come
 * here above all, where memory is wanted for it. Throws `SpoolFault`.
 */
export function writeInHand(root: string, text: string): void {
  const path = join(root, fileName);
  // Not made durable: a loss of power is no file's fault.
  writeNote(`${path}.part`, text);
  try {
    renameSync(`${path}.part`, path);
  } catch (cause) {
    throw spoolFault(cause, "write", path);
  }
}

/** Removes the note. Throws `SpoolFault`. */
export function removeInHand(root: string): void {
  const path = join(root, fileName);
  removeNote(path);
  removeNote(`${path}.part`);
}

/** The note that the last run has left; undefined where there is none. Throws `SpoolFault`. */
export function readInHand(root: string): string | undefined {
  return readNote(join(root, fileName), maxBytes);
}
