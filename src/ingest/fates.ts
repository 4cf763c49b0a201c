import type { Spool, SpoolFile } from "../spool/spool.ts";
import type { Refusal } from "../submission/refusal.ts";
import type { BatchResult, FaultReport, Outcome } from "../worker/protocol.ts";
import { Aside } from "./aside.ts";
import { Held } from "./held.ts";
import { isUnread } from "./is-unread.ts";
import type { ServiceEvents, StageSeconds } from "./service-events.ts";
import { Settler } from "./settler.ts";
import { crashLoop, maxCrashes, Suspects, type Verdict } from "./suspects.ts";
import type { Trouble } from "./trouble.ts";
import { Unripe } from "./unripe.ts";

interface FatesOptions {
  spool: Spool;
  intervalMs: number;
  /** An empty file leaves the spool when it has been empty for so long. */
  emptyMs: number;
  /** Of moving files. */
  moves: Trouble;
  events: ServiceEvents;
  /** Another file has taken a name whose file was decided. */
  onReplaced(): void;
}

type Settled = Exclude<Outcome, { kind: "kept" | "rows-refused" }>;

/**
 * What becomes of files once a worker has answered for them: archived, refused, deleted, tried again, or
 * waiting for something of their own. Knows every file that is neither queued nor in hand.
 */
export class Fates {
  readonly #options: FatesOptions;
  readonly #settler: Settler;
  readonly #unripe = new Unripe();
  readonly #aside = new Aside();
  readonly #suspects = new Suspects();
  readonly #held: Held;
  readonly #unreadable = new Set<string>();
  #refused = 0;

  constructor(options: FatesOptions) {
    this.#options = options;
    const { spool, moves, events } = options;
    this.#held = new Held(events);
    this.#settler = new Settler(spool, moves, ({ file, kind }, move) => {
      if (move.moved) events.onSettled?.(file, kind === "verify" ? "archive" : kind, move.name);
      else events.onLost?.(file, move.why);
      if (!move.moved && move.why === "replaced") options.onReplaced();
    });
  }

  get refused(): number {
    return this.#refused;
  }

  /** Files that cannot be looked at or read, and are left where they are. */
  get unreadable(): number {
    return this.#unreadable.size;
  }

  /** Decided files that could not be moved yet. */
  get unsettled(): number {
    return this.#settler.pending;
  }

  /** Whether files in `archive/` may still be other ones than those that were read. */
  get isUnverified(): boolean {
    return this.#settler.isUnverified;
  }

  get unripe(): number {
    return this.#unripe.size;
  }

  /** Files that failed for now, and wait to be tried again. */
  get aside(): SpoolFile[] {
    return [...this.#aside.files, ...this.#held.files];
  }

  get asideCount(): number {
    return this.#aside.size + this.#held.size;
  }

  /** How many files the database refuses for a reason of its own, and which has lasted longest. */
  get held(): { files: number; trouble: Trouble | undefined } {
    return { files: this.#held.size, trouble: this.#held.trouble };
  }

  /** Files that wait for something of their own, but for those that are decided. */
  get undecided(): number {
    return this.#unripe.size + this.asideCount + this.#suspects.accused;
  }

  /** Whether the database has lately refused several files and taken none. */
  get isAllRefused(): boolean {
    return this.#held.isOutage;
  }

  /** Whether it must be shown that workers live without the files accused of killing them. */
  get needsProof(): boolean {
    return this.#suspects.accused > 0;
  }

  has(name: string): boolean {
    return (
      this.#settler.has(name) ||
      this.#unripe.has(name) ||
      this.#aside.has(name) ||
      this.#held.has(name) ||
      this.#suspects.has(name)
    );
  }

  /** Notes how a batch of so many files ended; answers what is to be tried again with the others. */
  decide(result: BatchResult, files: number, seconds: StageSeconds): SpoolFile[] {
    const again: SpoolFile[] = [];
    const ingested: SpoolFile[] = [];
    const isAlone = files === 1 && result.fault?.class === "transient";
    const wasAnyRead = !result.outcomes.every(isUnread);
    for (const { file, refusal } of this.#held.judge(result)) this.#refuse(file, refusal);
    for (const outcome of result.outcomes) {
      if (outcome.kind === "rows-refused") continue;
      if (outcome.kind !== "kept") {
        this.#onOutcome(outcome, seconds);
        if (outcome.kind === "ingested") ingested.push(outcome.file);
      } else if (outcome.fault?.class === "operator") {
        this.markUnreadable(outcome.file.name, outcome.fault);
      } else if (isAlone || (isUnread(outcome) && (wasAnyRead || files === 1))) {
        this.#aside.put(outcome.file);
      } else again.push(outcome.file);
    }
    this.#settler.archive(ingested);
    if (result.fault) return again;
    for (const { file, reason } of this.#suspects.noteWell()) {
      this.#refuse(file, crashLoop(deathsInWords(reason)));
    }
    return again;
  }

  /** A worker has died with a file in hand. One that is to be tried again must be alone. */
  accuse(file: SpoolFile, reason: string): Verdict {
    const verdict = this.#suspects.accuse(file, reason);
    if (verdict === "guilty") this.#refuse(file, crashLoop(deathsInWords(reason)));
    return verdict;
  }

  /** Refuses a file that was in hand whenever the whole program was ended. */
  refuseDeadly(file: SpoolFile, deaths: number): void {
    this.#refuse(file, crashLoop(`the program was ended ${deaths} times with this file in hand`));
  }

  /** Sets an empty file aside that stays empty; it is never read. */
  onEmpty(file: SpoolFile): void {
    if (this.#unripe.isRipe(file, this.#options.emptyMs))
      this.#settler.settle({ kind: "set-aside", file });
  }

  /** Leaves a file that cannot be looked at or read; the next scan looks at it again. */
  markUnreadable(name: string, fault: FaultReport): void {
    if (!this.#unreadable.has(name)) this.#options.events.onFault?.(fault);
    this.#unreadable.add(name);
  }

  /** Something has happened to a file that waits. */
  onTouched(name: string): void {
    this.#unripe.hasten(name);
  }

  /** Forgets what was noted of a file that has gone, or whose fate is decided. */
  forget(name: string): void {
    this.#suspects.clear(name);
    this.#unripe.forget(name);
    this.#aside.forget(name);
    this.#held.forget(name);
    this.#unreadable.delete(name);
  }

  /** Nothing is moved any more. Throws `SpoolFault`. */
  endMoves(): void {
    this.#settler.end();
  }

  /** Moves what could not be moved before. */
  retryMoves(): void {
    this.#settler.retry();
  }

  /**
   * Takes the names to look at again, the files to try again alone, and those to try with others. What the
   * database refuses waits while it takes none, as long as there are `others` to ask with: else they would
   * never have their turn.
   */
  takeDue(others: number): { names: string[]; alone: SpoolFile[]; files: SpoolFile[] } {
    const [names, alone] = [this.#unripe.takeDue(), this.#aside.takeDue()];
    const files = others > 0 && this.isAllRefused ? [] : this.#held.takeDue();
    return { names, alone, files };
  }

  /** When the first of them is due, on the clock of `performance.now()`. */
  get dueAtMs(): number {
    const unripeMs = this.#unripe.nextDueMs() ?? Number.POSITIVE_INFINITY;
    return Math.min(
      performance.now() + unripeMs - Date.now(),
      this.#aside.nextDueMs() ?? Number.POSITIVE_INFINITY,
      this.#held.nextDueMs() ?? Number.POSITIVE_INFINITY,
    );
  }

  #onOutcome(outcome: Settled, seconds: StageSeconds): void {
    const { events, intervalMs } = this.#options;
    const { file } = outcome;
    switch (outcome.kind) {
      case "ingested":
        this.#held.onIngested(file.name);
        this.forget(file.name);
        events.onIngested?.(file, { ...outcome, seconds });
        break;
      case "refused": {
        const mayGrow = ["cut-off", "empty"].includes(outcome.refusal.reason);
        if (!mayGrow || this.#unripe.isRipe(file, 2 * intervalMs)) {
          this.#refuse(file, outcome.refusal);
        } else events.onUnripe?.(file);
        break;
      }
      case "empty":
        this.onEmpty(file);
        break;
      case "vanished":
        this.forget(file.name);
        break;
    }
  }

  #refuse(file: SpoolFile, refusal: Refusal): void {
    this.forget(file.name);
    this.#refused++;
    this.#options.events.onRefused?.(file, refusal);
    this.#settler.settle({ kind: "refuse", file, refusal });
  }
}

// --- internal ---

function deathsInWords(reason: string): string {
  return `${maxCrashes} workers died with this file in hand, the last of: ${reason}`;
}
