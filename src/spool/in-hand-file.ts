import { rmSync } from "node:fs";
import { join } from "node:path";
import { spoolFault } from "./fault.ts";
import { readNote, writeNote } from "./note-file.ts";
import type { SpoolFile } from "./spool.ts";

/** A large submission that was in hand, and at how many ends of the whole program it had been before. */
export interface InHandNote extends SpoolFile {
  readonly deaths: number;
}

const fileName = ".kci-ingester.in-hand";

/** Notes what is in hand where it outlives the program; nothing removes the note. Throws `SpoolFault`. */
export function noteInHand(root: string, notes: readonly InHandNote[]): void {
  const path = join(root, fileName);
  // Not made durable: a loss of power is no file's fault.
  if (notes.length > 0) writeNote(path, JSON.stringify(notes));
  else remove(path);
}

/** What was in hand when the program last ended without a word; nothing where the note is unreadable. */
export function readInHand(root: string): InHandNote[] {
  const text = readNote(join(root, fileName));
  try {
    return (JSON.parse(text ?? "[]") as InHandNote[]).filter(
      ({ name, deaths }) => name && deaths >= 0,
    );
  } catch {
    return [];
  }
}

// --- internal ---

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (cause) {
    throw spoolFault(cause, "remove", path);
  }
}
