import type { BatchResult, FaultReport, Outcome } from "./lane-protocol.ts";
import type { ServiceEvents } from "./service-events.ts";
import { Trouble } from "./trouble.ts";

/** What may fail around a service, each with a clock of its own. */
export class Troubles {
  /** Of listing the folder and of moving files. */
  readonly spool: Trouble;
  readonly #store: Trouble;
  readonly #read: Trouble;

  constructor(events: ServiceEvents) {
    this.spool = new Trouble(events);
    this.#store = new Trouble(events);
    this.#read = new Trouble(events);
  }

  get #all(): Trouble[] {
    return [this.#store, this.spool, this.#read];
  }

  /** What fails now. */
  get fault(): FaultReport | undefined {
    return this.#all.find((trouble) => trouble.fault)?.fault;
  }

  /** When the first of them is tried again, on the clock of `performance.now()`. */
  get retryAtMs(): number {
    return Math.min(...this.#all.map((trouble) => trouble.retryAtMs || Number.POSITIVE_INFINITY));
  }

  /** Learns from what became of a batch how the database and the reading of files are. */
  learn({ fault, outcomes }: BatchResult): void {
    const unread = outcomes.find(isUnread);
    if (unread?.fault) this.#read.report(unread.fault);
    else if (outcomes.length > 0) this.#read.end();
    if (fault) this.#store.report(fault);
    else if (outcomes.some((outcome) => outcome.kind === "ingested")) this.#store.end();
  }

  /** While database or reading are in doubt one batch asks for all, and not before its time. */
  mayAsk(filesInHand: number): boolean {
    const doubts = [this.#store, this.#read].filter((trouble) => trouble.fault);
    if (doubts.length === 0) return true;
    const nowMs = performance.now();
    return filesInHand === 0 && doubts.every((trouble) => nowMs >= trouble.retryAtMs);
  }

  /** Whether one of them needs an operator, or has lasted for `patienceMs`. */
  lastTooLong(patienceMs: number): boolean {
    return this.#all.some(({ fault, lastedMs }) => {
      if (!fault) return false;
      return fault.class === "operator" || lastedMs >= patienceMs;
    });
  }
}

/** Whether a file could not be read for now. */
function isUnread(outcome: Outcome): outcome is Extract<Outcome, { kind: "kept" }> {
  return outcome.kind === "kept" && outcome.fault?.class === "transient";
}
