import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { errnoOf, spoolFault } from "./fault.ts";
import type { SpoolFile } from "./spool.ts";

/** A large submission that was in hand, and at how many ends of the whole program it had been before. */
export interface InHandNote extends SpoolFile {
  readonly deaths: number;
}

const fileName = ".kci-ingester.in-hand";

/** Notes what is in hand where it outlives the program; nothing removes the note. Throws `SpoolFault`. */
export function noteInHand(root: string, notes: readonly InHandNote[]): void {
  const path = join(root, fileName);
  try {
    // Not made durable: a loss of power is no file's fault.
    if (notes.length > 0) writeFileSync(path, JSON.stringify(notes));
    else rmSync(path, { force: true });
  } catch (cause) {
    throw spoolFault(cause, "write", path);
  }
}

/** What was in hand when the program last ended without a word; nothing where the note is unreadable. */
export function readInHand(root: string): InHandNote[] {
  let text: string;
  try {
    text = readFileSync(join(root, fileName), "utf8");
  } catch (cause) {
    if (errnoOf(cause) === "ENOENT") return [];
    throw spoolFault(cause, "read", join(root, fileName));
  }
  try {
    return (JSON.parse(text) as InHandNote[]).filter(({ name, deaths }) => name && deaths >= 0);
  } catch {
    return [];
  }
}
