import type { HeldFiles } from "../outages/held-refusals.ts";
import { FoundFiles } from "../spool/found-files.ts";
import type { SpoolFile } from "../spool/spool.ts";
import { type BatchLimits, FileQueue } from "./file-queue.ts";
import type { FileEvent, FileRecord, FileState } from "./file-state.ts";
import { type Now, type Patience, transition } from "./transition.ts";

/** The states that are listed: all but those of the many files that wait in the queue or are in hand. */
export type ListedKind = Exclude<FileState["kind"], "queued" | "in-hand">;

/** How many files are in each state. */
export type FileCounts = Readonly<Record<FileState["kind"], number>>;

const listedKinds = [
  "growing",
  "retrying",
  "held",
  "suspected",
  "quarantined",
  "to-move",
  "unreadable",
] as const satisfies readonly ListedKind[];
/** The states that a file waits in for a time. */
const timedKinds = ["growing", "retrying"] as const;
type TimedKind = (typeof timedKinds)[number];
const noFiles: ReadonlyMap<string, FileRecord> = new Map();

/**
 * Where every file of the spool stands, in one place: each is in exactly one state, and changes it only by
 * `transition`. Whoever counts files – the log, metrics, the page, the end of a run – asks here.
 */
export class Ledger implements HeldFiles {
  /** What the last scan found and is not yet in the queue: too many for a record each. */
  found = new FoundFiles();
  readonly #patience: Patience;
  readonly #now: Now;
  readonly #records = new Map<string, FileRecord>();
  readonly #queue = new FileQueue();
  readonly #listed = new Map<ListedKind, Map<string, FileRecord>>();
  #inHand = 0;
  /** When the first is due, on the clock of `performance.now()`; may be too early. */
  #dueMs = Number.POSITIVE_INFINITY;

  constructor(patience: Patience, now: Now = clocks) {
    this.#patience = patience;
    this.#now = now;
    for (const kind of listedKinds) this.#listed.set(kind, new Map());
  }

  /** Whether a file is known, and a scan need not look at it. */
  has(name: string): boolean {
    const kind = this.#records.get(name)?.state.kind;
    return kind !== undefined && kind !== "unreadable";
  }

  get(name: string): FileRecord | undefined {
    return this.#records.get(name);
  }

  /** The files in a state by name, the one that came into it first at the beginning. */
  in(kind: ListedKind): ReadonlyMap<string, FileRecord> {
    return this.#listed.get(kind) ?? noFiles;
  }

  get counts(): FileCounts {
    const listed = listedKinds.map((kind) => [kind, this.in(kind).size] as const);
    const counts = Object.fromEntries(listed) as Record<ListedKind, number>;
    return { ...counts, queued: this.queued.files, "in-hand": this.#inHand };
  }

  /** How many files workers have. */
  get inHand(): number {
    return this.#inHand;
  }

  /** How many files are not done with yet, without those that cannot be read. */
  get open(): number {
    const known = this.#records.size + this.found.size;
    return known - this.in("to-move").size - this.in("unreadable").size;
  }

  /** What waits to be ingested: how much, and when the oldest was written (epoch milliseconds). */
  get backlog(): { files: number; bytes: number; oldestMtimeMs: number | undefined } {
    let { files, bytes } = this.queued;
    let oldest = Math.min(...[this.#queue, this.found].map((one) => one.oldestMtimeMs ?? Infinity));
    const others = ["retrying", "held", "suspected", "quarantined"] as const;
    for (const { file } of others.flatMap((kind) => [...this.in(kind).values()])) {
      files++;
      bytes += file.bytes;
      oldest = Math.min(oldest, file.mtimeMs);
    }
    return { files, bytes, oldestMtimeMs: files > 0 ? oldest : undefined };
  }

  /** Notes what happens to a file, and returns what has become of it. */
  apply(name: string, event: FileEvent): FileRecord | undefined {
    const before = this.#records.get(name);
    const after = transition(before, event, this.#now, this.#patience);
    if (after === before) return after;
    if (before) this.#leave(name, before.state.kind);
    if (after) this.#enter(name, after);
    else this.#records.delete(name);
    return after;
  }

  get heldCount(): number {
    return this.in("held").size;
  }

  isHeld(name: string): boolean {
    return this.in("held").has(name);
  }

  /** The database refuses a file for a reason of its own, of that key. */
  hold(name: string, key: string): void {
    this.apply(name, { kind: "held", key });
  }

  /** The file that the next batch begins with; undefined when none is queued. */
  get next(): SpoolFile | undefined {
    return this.#queue.next;
  }

  /** How much is queued, or will be. */
  get queued(): { files: number; bytes: number } {
    const { size, bytes } = this.#queue;
    return { files: size + this.found.size, bytes: bytes + this.found.bytes };
  }

  /** Takes the next batch of the queue; its files are in hand. */
  takeBatch(limits: BatchLimits): SpoolFile[] {
    const files = this.#queue.take(limits);
    for (const { name } of files) this.apply(name, { kind: "taken" });
    return files;
  }

  /** Puts a file at the end of its list. */
  postpone(name: string): void {
    const record = this.#records.get(name);
    const list = record && this.#listed.get(record.state.kind as ListedKind);
    if (list?.delete(name)) list.set(name, record as FileRecord);
  }

  /** When the first is due that waits for a time, on the clock of `performance.now()`. */
  get dueMs(): number {
    return this.#dueMs;
  }

  /** The names of the files that are due now, of those that wait in one of `kinds`. */
  due(kinds: readonly TimedKind[] = timedKinds): string[] {
    const { monotonicMs } = this.#now;
    if (this.#dueMs > monotonicMs) return [];
    const names: string[] = [];
    this.#dueMs = Number.POSITIVE_INFINITY;
    for (const kind of timedKinds) {
      for (const [name, { state }] of this.in(kind)) {
        const { dueMs } = state as Extract<FileState, { dueMs: number }>;
        if (dueMs <= monotonicMs && kinds.includes(kind)) names.push(name);
        else this.#dueMs = Math.min(this.#dueMs, dueMs);
      }
    }
    return names;
  }

  #leave(name: string, kind: FileState["kind"]): void {
    if (kind === "in-hand") this.#inHand--;
    else if (kind !== "queued") this.#listed.get(kind)?.delete(name);
  }

  #enter(name: string, record: FileRecord): void {
    const { file, state } = record;
    this.#records.set(name, record);
    if (state.kind === "queued") this.#queue.add(file, state);
    else if (state.kind === "in-hand") this.#inHand++;
    else this.#listed.get(state.kind)?.set(name, record);
    if ("dueMs" in state) this.#dueMs = Math.min(this.#dueMs, state.dueMs);
  }
}

// --- internal ---

/** Read only where an event depends on the time: most do not. */
const clocks: Now = {
  get epochMs() {
    return Date.now();
  },
  get monotonicMs() {
    return performance.now();
  },
};
