import type { SpoolFile } from "../spool/spool.ts";
import { earliest } from "./earliest.ts";

interface Entry {
  bytes: number;
  mtimeMs: number;
  firstSeenMs: number;
}

/** A file that grows is not read anew at every byte. */
const hastenedMs = 500;

/**
 * Files that may still be written to: empty ones, and ones whose JSON ends early. A file is ripe for
 * judgement when it has been as it is for the whole span, by its own mtime or, should that lie in the
 * future, since it was first seen so.
 */
export class Unripe {
  readonly #entries = new Map<string, Entry>();
  /** When each is looked at again, in epoch milliseconds. */
  readonly #due = new Map<string, number>();

  get size(): number {
    return this.#due.size;
  }

  /** Whether `file` has not changed for `spanMs`; if it may yet, it is put aside until it can tell. */
  isRipe(file: SpoolFile, spanMs: number, nowMs = Date.now()): boolean {
    const { name, bytes, mtimeMs } = file;
    const known = this.#entries.get(name);
    const isSame = known?.bytes === bytes && known.mtimeMs === mtimeMs;
    const firstSeenMs = isSame && known ? known.firstSeenMs : nowMs;
    const ageMs = Math.max(nowMs - mtimeMs, nowMs - firstSeenMs);
    if (ageMs >= spanMs) {
      this.forget(name);
      return true;
    }
    this.#entries.set(name, { bytes, mtimeMs, firstSeenMs });
    this.#due.set(name, Math.min(nowMs + spanMs - ageMs, firstSeenMs + spanMs) + 1);
    return false;
  }

  has(name: string): boolean {
    return this.#due.has(name);
  }

  /** Something has happened to a file that is put aside: it is looked at again soon. */
  hasten(name: string, nowMs = Date.now()): void {
    const dueMs = this.#due.get(name);
    if (dueMs !== undefined) this.#due.set(name, Math.min(dueMs, nowMs + hastenedMs));
  }

  forget(name: string): void {
    this.#entries.delete(name);
    this.#due.delete(name);
  }

  /** When the next one is due, in epoch milliseconds; undefined when none waits. */
  nextDueMs(): number | undefined {
    return earliest(this.#due.values());
  }

  /** Takes the names that are due; what is known of them stays until they are judged. */
  takeDue(nowMs = Date.now()): string[] {
    const names = [...this.#due].filter(([, dueMs]) => dueMs <= nowMs).map(([name]) => name);
    for (const name of names) this.#due.delete(name);
    return names;
  }
}
