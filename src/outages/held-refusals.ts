import type { ServiceEvents } from "../events/service-events.ts";
import type { RowRefusal } from "../store/fault.ts";
import type { BatchResult, FaultReport, Outcome } from "../worker/protocol.ts";
import { earliest } from "./earliest.ts";
import { Outage } from "./outage.ts";
import { RefusalCauses } from "./refusal-causes.ts";

/** At most this many files of one refusal are tried again at once: each may have to be asked for alone. */
const maxAtOnce = 256;

/** Where it stands which files wait: the ledger. */
export interface HeldFiles {
  readonly heldCount: number;
  isHeld(name: string): boolean;
  hold(name: string, key: string): void;
}

type RefusedRows = Extract<Outcome, { kind: "rows-refused" }>;

/** A reason for which the database refuses files. */
interface Reason {
  readonly table: string;
  /** The names of its files, until they are done with; those that wait are held in the ledger. */
  readonly names: Set<string>;
  readonly outage: Outage;
  /** Whether another file that goes into the table shows whose matter the refusal is. */
  isUnsure: boolean;
  /** How many are tried next. */
  next: number;
  /** To be tried at once. */
  isDue: boolean;
}

/**
 * Why the database refuses files that are not at fault. Their files wait together: a few are tried at
 * growing intervals, and when one goes in all the others are.
 */
export class HeldRefusals {
  readonly #files: HeldFiles;
  readonly #events: ServiceEvents;
  readonly #causes = new RefusalCauses();
  readonly #reasons = new Map<string, Reason>();
  /** The key of each file that was ever held, until it is done with. */
  readonly #keys = new Map<string, string>();

  constructor(files: HeldFiles, events: ServiceEvents) {
    this.#files = files;
    this.#events = events;
  }

  /** The one that has lasted longest. */
  get outage(): Outage | undefined {
    const [first, ...others] = [...this.#reasons.values()].map(({ outage }) => outage);
    return others.reduce((a, b) => (b.lastedMs > (a?.lastedMs ?? 0) ? b : a), first);
  }

  /** Whether the database has lately refused several files and taken none. */
  get isAllRefused(): boolean {
    return this.#causes.isOutage;
  }

  /** Separates what the database refused of a batch: returns the files that are at fault, and holds the others. */
  separate({ outcomes, evidence }: BatchResult): RefusedRows[] {
    const refused = outcomes.filter((outcome) => outcome.kind === "rows-refused");
    const { accepted, proven } = evidence ?? { accepted: [], proven: [] };
    this.#onAccepted(accepted);
    const named = refused.map(({ file, rows }) => ({ name: file.name, rows }));
    const causes = this.#causes.findCauses(named, { accepted, proven });
    return refused.filter(({ file, rows, fault }, at) => {
      const cause = causes[at];
      if (cause !== "file") this.#hold(file.name, rows, fault, cause === "unsure");
      return cause === "file";
    });
  }

  /** A file has gone in: what it was held for, if it was, is mended. */
  onIngested(name: string): void {
    if (this.#keys.size === 0) return;
    const reason = this.#reasons.get(this.#keys.get(name) ?? "");
    if (reason) tryAll(reason);
    this.forget(name);
  }

  /** A file is done with, or is gone; with the last file its reason is. */
  forget(name: string): void {
    if (this.#keys.size === 0) return;
    this.#causes.forget(name);
    this.#leave(name);
  }

  /** When the first is due, on the clock of `performance.now()`; undefined when none waits. */
  nextDueMs(): number | undefined {
    if (this.#files.heldCount === 0) return undefined;
    const waiting = this.#reasons.entries().filter(([key]) => this.#waiting(key, 1).length > 0);
    return earliest(waiting.map(([, { isDue, outage }]) => (isDue ? 1 : outage.retryAtMs)));
  }

  /** The names of the files that are to be tried again, those that have waited longest first. */
  takeDue(nowMs = performance.now()): string[] {
    const taken: string[] = [];
    if (this.#files.heldCount === 0) return taken;
    for (const [key, reason] of this.#reasons) {
      if (!reason.isDue && reason.outage.retryAtMs > nowMs) continue;
      const some = this.#waiting(key, reason.next);
      if (some.length === 0) continue;
      reason.next = Math.min(2 * reason.next, maxAtOnce);
      reason.isDue = false;
      taken.push(...some);
    }
    return taken;
  }

  /** The first files of a reason that wait, at most `most`. */
  #waiting(key: string, most: number): string[] {
    const names: string[] = [];
    for (const name of this.#reasons.get(key)?.names ?? []) {
      if (names.length >= most) break;
      if (this.#files.isHeld(name)) names.push(name);
    }
    return names;
  }

  /** Holds a file that was refused; `isUnsure`: until another file shows whose matter that is. */
  #hold(name: string, { key, table }: RowRefusal, fault: FaultReport, isUnsure: boolean): void {
    if (this.#keys.get(name) !== key) this.#leave(name);
    const reason = this.#reasons.get(key) ?? this.#newReason(table);
    this.#reasons.set(key, reason);
    this.#keys.set(name, key);
    // At the end: others have their turn first.
    reason.names.delete(name);
    reason.names.add(name);
    reason.isUnsure = isUnsure;
    reason.outage.report({ ...fault, isPartial: true });
    this.#files.hold(name, key);
  }

  #leave(name: string): void {
    const key = this.#keys.get(name);
    const reason = key === undefined ? undefined : this.#reasons.get(key);
    if (key === undefined || !reason) return;
    this.#keys.delete(name);
    reason.names.delete(name);
    if (reason.names.size > 0) return;
    reason.outage.end();
    this.#reasons.delete(key);
  }

  /** Rows have gone into these tables: that shows whose matter the refusals are that nobody is sure of. */
  #onAccepted(tables: readonly string[]): void {
    for (const reason of this.#reasons.values()) {
      if (reason.isUnsure && tables.includes(reason.table)) tryAll(reason);
    }
  }

  #newReason(table: string): Reason {
    const outage = new Outage(this.#events);
    return { table, names: new Set(), outage, isUnsure: false, next: 1, isDue: false };
  }
}

// --- internal ---

function tryAll(reason: Reason): void {
  reason.isDue = true;
  reason.next = Number.POSITIVE_INFINITY;
}
