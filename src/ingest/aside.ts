import type { SpoolFile } from "../spool/spool.ts";
import { Backoff } from "./backoff.ts";
import { earliest } from "./earliest.ts";

interface Entry {
  file: SpoolFile;
  readonly backoff: Backoff;
  /** On the clock of `performance.now()`; absent while it is tried. */
  dueMs?: number;
}

/**
 * Files that failed for now although their neighbours, or they alone, were all that was asked for:
 * each waits for a span of its own, ever longer, and holds up nobody.
 */
export class Aside {
  readonly #entries = new Map<string, Entry>();
  #waiting = 0;

  /** How many wait. */
  get size(): number {
    return this.#waiting;
  }

  /** Those that wait. */
  get files(): SpoolFile[] {
    return [...this.#entries.values()].flatMap(({ file, dueMs }) => (dueMs ? [file] : []));
  }

  /** Whether a file waits. */
  has(name: string): boolean {
    return this.#entries.get(name)?.dueMs !== undefined;
  }

  put(file: SpoolFile, nowMs = performance.now()): void {
    const entry = this.#entries.get(file.name) ?? { file, backoff: new Backoff() };
    if (entry.dueMs === undefined) this.#waiting++;
    this.#entries.set(file.name, { ...entry, file, dueMs: nowMs + entry.backoff.nextMs() });
  }

  /** A file has had its fate. */
  forget(name: string): void {
    if (this.has(name)) this.#waiting--;
    this.#entries.delete(name);
  }

  /** When the first is due, on the clock of `performance.now()`; undefined when none waits. */
  nextDueMs(): number | undefined {
    if (this.#waiting === 0) return undefined;
    return earliest(this.#entries.values().flatMap(({ dueMs }) => (dueMs ? [dueMs] : [])));
  }

  /** Takes what is due. */
  takeDue(nowMs = performance.now()): SpoolFile[] {
    if (this.#waiting === 0) return [];
    const due = [...this.#entries.values()].filter(({ dueMs }) => dueMs && dueMs <= nowMs);
    for (const entry of due) delete entry.dueMs;
    this.#waiting -= due.length;
    return due.map(({ file }) => file);
  }
}
