import type { ServiceEvents } from "../events/service-events.ts";
import type { BatchResult, FaultReport } from "../worker/protocol.ts";
import { isUnread } from "./is-unread.ts";
import { Outage } from "./outage.ts";

/** What may fail around a service, each with a clock of its own. */
export class Outages {
  /** Of listing the folder. */
  readonly scan: Outage;
  /** Of moving files; holds up nothing else. */
  readonly moves: Outage;
  readonly #store: Outage;
  /** Of a database that is well but takes no file. */
  readonly #refusals: Outage;
  readonly #read: Outage;
  readonly #workers: Outage;
  #deathsInRow = 0;

  constructor(events: ServiceEvents) {
    this.scan = new Outage(events);
    this.moves = new Outage(events);
    this.#store = new Outage(events);
    this.#refusals = new Outage(events);
    this.#read = new Outage(events);
    this.#workers = new Outage(events);
  }

  get #all(): Outage[] {
    return [this.#store, this.#refusals, this.#workers, this.scan, this.#read, this.moves];
  }

  /** What fails now. */
  get fault(): FaultReport | undefined {
    return this.#all.find((outage) => outage.fault)?.fault;
  }

  /** What keeps the folders of the spool from being used now, and for how long it has. */
  get spool(): { fault: FaultReport; lastedMs: number } | undefined {
    for (const { fault, lastedMs } of this.#all)
      if (fault?.boundary === "SpoolFault") return { fault, lastedMs };
    return undefined;
  }

  /** Whether the database did what it was last asked for. */
  get isStoreWell(): boolean {
    return !this.#store.fault;
  }

  /** When the first of them is tried again, on the clock of `performance.now()`. */
  get retryAtMs(): number {
    return Math.min(...this.#all.map((outage) => outage.retryAtMs || Number.POSITIVE_INFINITY));
  }

  /**
   * Learns from what became of a batch, or of a probe, how all that it needed is; `isAllRefused`: whether
   * the database has lately refused several files for reasons of its own, and taken none.
   */
  learn({ fault, outcomes }: BatchResult, isAllRefused = false): void {
    this.endWorkerDeaths();
    const unread = outcomes.filter(isUnread);
    // One file that cannot be read says nothing of the others.
    if (unread[0]?.fault && unread.length === outcomes.length) this.#read.report(unread[0].fault);
    else if (outcomes.length > 0) this.#read.end();
    const refused = outcomes.find((outcome) => outcome.kind === "rows-refused");
    const wasAnyIngested = outcomes.some(({ kind }) => kind === "ingested");
    if (fault) this.#store.report(fault);
    else if (outcomes.length === 0 || refused || wasAnyIngested) this.#store.end();
    if (wasAnyIngested) this.#refusals.end();
    else if (refused && isAllRefused) this.#refusals.report(refused.fault);
  }

  /** Workers live, or it is known which file killed them. */
  endWorkerDeaths(): void {
    this.#deathsInRow = 0;
    this.#workers.end();
  }

  /** Learns that a worker has died; a single death is a file's matter, a row of them is not. */
  reportWorkerDeath(reason: string): void {
    if (++this.#deathsInRow < 2) return;
    this.#workers.report({
      boundary: "WorkerFault",
      message: `${this.#deathsInRow} workers died in a row, the last one because of: ${reason}`,
      class: "transient",
      operation: "ingest a batch",
      hint: "is there enough memory? see the log for the first one",
    });
  }

  /** While something is in doubt one batch asks for all, and not before its time. */
  mayAsk(filesInHand: number): boolean {
    const doubts = [this.#store, this.#refusals, this.#read, this.#workers].filter(
      (outage) => outage.fault,
    );
    if (doubts.length === 0) return true;
    const nowMs = performance.now();
    return filesInHand === 0 && doubts.every((outage) => nowMs >= outage.retryAtMs);
  }

  /** Whether one of those that hold up ingestion needs an operator, or has lasted for `patienceMs`. */
  areHopeless(patienceMs: number): boolean {
    // Others than the files that were refused may still go in.
    if (this.#refusals.fault && this.#refusals.lastedMs >= patienceMs) return true;
    return [this.#store, this.#read, this.#workers, this.scan].some((outage) =>
      outage.isHopeless(patienceMs),
    );
  }
}
