import type { SpoolFile } from "../spool/spool.ts";
import type { RowRefusal } from "../store/fault.ts";
import type { BatchResult, FaultReport, Outcome } from "../worker/protocol.ts";
import { earliest } from "./earliest.ts";
import { RefusalJudge } from "./judge-refusals.ts";
import type { ServiceEvents } from "./service-events.ts";
import { Trouble } from "./trouble.ts";

/** So many files of one refusal are tried again at once at most: each may have to be asked for alone. */
const maxAtOnce = 256;

type RefusedRows = Extract<Outcome, { kind: "rows-refused" }>;

/** Files that were refused for one reason. */
interface Group {
  readonly table: string;
  /** By name; those that are being tried are not here. */
  readonly files: Map<string, SpoolFile>;
  /** The names of all, until they have their fate. */
  readonly names: Set<string>;
  readonly trouble: Trouble;
  /** Whether another file that goes into the table shows whose matter the refusal is. */
  isUnsure: boolean;
  /** How many are tried next. */
  next: number;
  /** To be tried at once. */
  isDue: boolean;
}

/**
 * Files whose rows the database refuses for a reason of its own. They wait together by reason: a few are
 * tried at growing intervals, and when one goes in all the others are.
 */
export class Held {
  readonly #events: ServiceEvents;
  readonly #judge = new RefusalJudge();
  readonly #groups = new Map<string, Group>();
  /** The reason of each file that was ever held, until it has its fate. */
  readonly #keys = new Map<string, string>();

  constructor(events: ServiceEvents) {
    this.#events = events;
  }

  /** Files that wait. */
  get files(): SpoolFile[] {
    return [...this.#groups.values()].flatMap(({ files }) => [...files.values()]);
  }

  get size(): number {
    return this.#groups.values().reduce((sum, { files }) => sum + files.size, 0);
  }

  /** The reason that has lasted longest. */
  get trouble(): Trouble | undefined {
    const [first, ...others] = [...this.#groups.values()].map(({ trouble }) => trouble);
    return others.reduce((a, b) => (b.lastedMs > (a?.lastedMs ?? 0) ? b : a), first);
  }

  has(name: string): boolean {
    const key = this.#keys.get(name);
    return key !== undefined && this.#groups.get(key)?.files.has(name) === true;
  }

  /** Whether the database has lately refused several files and taken none. */
  get isOutage(): boolean {
    return this.#judge.isOutage;
  }

  /** Judges what the database refused of a batch: returns the files that are at fault, and holds the others. */
  judge({ outcomes, evidence }: BatchResult): RefusedRows[] {
    const refused = outcomes.filter((outcome) => outcome.kind === "rows-refused");
    const { accepted, proven } = evidence ?? { accepted: [], proven: [] };
    this.#onAccepted(accepted);
    const named = refused.map(({ file, rows }) => ({ name: file.name, rows }));
    const judgements = this.#judge.judge(named, { accepted, proven });
    return refused.filter(({ file, rows, fault }, at) => {
      const judgement = judgements[at];
      if (judgement !== "file") this.#put(file, rows, fault, judgement === "unsure");
      return judgement === "file";
    });
  }

  /** A file has gone in: what it was held for, if it was, is mended. */
  onIngested(name: string): void {
    const group = this.#groups.get(this.#keys.get(name) ?? "");
    if (group) tryAll(group);
    this.forget(name);
  }

  /** A file has had its fate, or is gone; with the last file its reason is. */
  forget(name: string): void {
    this.#judge.forget(name);
    this.#leave(name);
  }

  #leave(name: string): void {
    const key = this.#keys.get(name);
    const group = key === undefined ? undefined : this.#groups.get(key);
    if (key === undefined || !group) return;
    this.#keys.delete(name);
    group.files.delete(name);
    group.names.delete(name);
    if (group.names.size > 0) return;
    group.trouble.end();
    this.#groups.delete(key);
  }

  /** When the first is due, on the clock of `performance.now()`; undefined when none waits. */
  nextDueMs(): number | undefined {
    const waiting = this.#groups.values().filter(({ files }) => files.size > 0);
    return earliest(waiting.map(({ isDue, trouble }) => (isDue ? 1 : trouble.retryAtMs)));
  }

  /** Takes what is to be tried again, those that have waited longest first. */
  takeDue(nowMs = performance.now()): SpoolFile[] {
    const taken: SpoolFile[] = [];
    for (const group of this.#groups.values()) {
      if (group.files.size === 0 || (!group.isDue && group.trouble.retryAtMs > nowMs)) continue;
      const some = [...group.files.values()].slice(0, group.next);
      for (const { name } of some) group.files.delete(name);
      group.next = Math.min(2 * group.next, maxAtOnce);
      group.isDue = false;
      taken.push(...some);
    }
    return taken;
  }

  /** Holds a file that was refused; `isUnsure`: until another file shows whose matter that is. */
  #put(file: SpoolFile, { key, table }: RowRefusal, fault: FaultReport, isUnsure: boolean): void {
    if (this.#keys.get(file.name) !== key) this.#leave(file.name);
    const group = this.#groups.get(key) ?? this.#newGroup(table);
    this.#groups.set(key, group);
    this.#keys.set(file.name, key);
    group.names.add(file.name);
    group.files.set(file.name, file);
    group.isUnsure = isUnsure;
    group.trouble.report({ ...fault, isPartial: true });
  }

  /** Rows have gone into these tables: that shows whose matter the refusals are that nobody is sure of. */
  #onAccepted(tables: readonly string[]): void {
    for (const group of this.#groups.values()) {
      if (group.isUnsure && tables.includes(group.table)) tryAll(group);
    }
  }

  #newGroup(table: string): Group {
    const trouble = new Trouble(this.#events);
    return {
      ...{ table, files: new Map(), names: new Set(), trouble },
      ...{ isUnsure: false, next: 1, isDue: false },
    };
  }
}

// --- internal ---

function tryAll(group: Group): void {
  group.isDue = true;
  group.next = Number.POSITIVE_INFINITY;
}
