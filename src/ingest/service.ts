import type { Spool, SpoolFile } from "../spool/spool.ts";
import { averageSeconds } from "./average-seconds.ts";
import { Backlog, type BatchLimits } from "./backlog.ts";
import { Intake } from "./intake.ts";
import { LanePool, type PoolOptions } from "./lane-pool.ts";
import type { BatchResult, FaultReport, Outcome } from "./lane-protocol.ts";
import { reportFault } from "./report-fault.ts";
import type { ServiceEvents, StageSeconds } from "./service-events.ts";
import { type Settlement, Settler } from "./settler.ts";
import { crashLoop, Suspects } from "./suspects.ts";
import { Troubles } from "./troubles.ts";
import { Unripe } from "./unripe.ts";

export interface ServiceOptions {
  spool: Spool;
  intervalMs: number;
  /** Ingest what is there, then end. */
  once: boolean;
  /** With `once`: how long database or file system may fail before the service gives up. */
  patienceMs: number;
  batch: BatchLimits;
  pool: Omit<PoolOptions, "onDone" | "onDeath">;
  events: ServiceEvents;
}

/** How a run of the service ended. */
export interface Ending {
  refused: number;
  /** Files that cannot be read and were left. */
  unreadable: number;
  /** Why it gave up (`once`): the class decides the exit code. */
  fault?: FaultReport;
}

/** An empty file is deleted when it has been empty for so long. */
const emptyMs = 1_000;
/** So many decided files may wait to be moved before ingestion pauses. */
const maxUnsettled = 1_000;
/** Below so many waiting files the folder is scanned again. */
const lowWater = 1_000;
/** How long a batch in hand may take at a stop. */
const stopMs = 3_500;
const never = Number.POSITIVE_INFINITY;

/**
 * The service on one spool: finds files, hands them to lanes, moves them where they belong, and
 * spaces tries while database or file system fail. Owns all that must be single in the process.
 */
export class Service {
  readonly #options: ServiceOptions;
  readonly #backlog = new Backlog();
  readonly #unripe = new Unripe();
  readonly #suspects = new Suspects();
  readonly #inHand = new Set<string>();
  readonly #stopping = new AbortController();
  readonly #intake: Intake;
  readonly #settler: Settler;
  readonly #pool: LanePool;
  readonly #troubles: Troubles;
  readonly #unreadable = new Set<string>();
  #refused = 0;
  #loopAtMs = performance.now();
  #wake = Promise.withResolvers<void>();

  constructor(options: ServiceOptions) {
    this.#options = options;
    const { events, spool } = options;
    this.#troubles = new Troubles(events);
    this.#settler = new Settler(spool, this.#troubles.spool, ({ file, kind }, move) => {
      if (move.moved) events.onSettled?.(file, kind, move.name);
      else events.onLost?.(file, move.why);
      if (!move.moved && move.why === "replaced") this.#intake.scanAgain();
    });
    this.#intake = new Intake({
      root: spool.root,
      intervalMs: options.intervalMs,
      isKnown: (name) => this.#isKnown(name),
      onTouched: (name) => this.#unripe.hasten(name),
      onFile: (file, fresh) =>
        fresh ? this.#backlog.addFresh(file) : this.#backlog.addScanned(file),
      onEmpty: (file) => this.#onEmpty(file),
      onGone: (name) => this.#unripe.forget(name),
      onOdd: (entry) => events.onOdd?.(entry),
      onHint: () => this.#wake.resolve(),
      onFault: (fault) => events.onFault?.(fault),
    });
    this.#pool = new LanePool({
      ...options.pool,
      onDone: (files, result) => this.#onDone(files, result),
      onDeath: (files, reason) => this.#onDeath(files, reason),
    });
  }

  /** Numbers for whoever watches. */
  get numbers() {
    return {
      queued: this.#backlog.size,
      queuedBytes: this.#backlog.bytes,
      oldestMtimeMs: this.#backlog.oldestMtimeMs,
      inHand: this.#inHand.size,
      unripe: this.#unripe.size,
      unsettled: this.#settler.pending,
      /** When the main loop last went round, on the clock of `performance.now()`. */
      loopAtMs: this.#loopAtMs,
      lanes: this.#pool.size,
      busyLanes: this.#pool.busy,
      fault: this.#troubles.fault,
    };
  }

  /** Stops: begins nothing new, lets the batches in hand end for a moment, then leaves them. */
  stop(): void {
    this.#stopping.abort();
    this.#pool.askToStop();
    this.#wake.resolve();
  }

  /** Runs until it is stopped, or with `once` until all that was there has had its fate. */
  async run(): Promise<Ending> {
    const { once } = this.#options;
    using _pool = this.#pool;
    using _watch = once ? undefined : this.#intake.watch();
    // An idle service answers its first file without starting a thread.
    if (!once) this.#pool.start();
    while (!this.#stopping.signal.aborted) {
      this.#loopAtMs = performance.now();
      this.#wake = Promise.withResolvers();
      await this.#round();
      if (once && (this.#isDrained() || this.#hasLostPatience())) break;
      await this.#sleep(this.#nextDueMs());
    }
    const endMs = performance.now() + stopMs;
    while (this.#inHand.size > 0 && performance.now() < endMs) {
      this.#wake = Promise.withResolvers();
      await this.#sleep(endMs - performance.now());
    }
    const { fault } = this.#troubles;
    return {
      refused: this.#refused,
      unreadable: this.#unreadable.size,
      ...(fault ? { fault } : {}),
    };
  }

  async #round(): Promise<void> {
    this.#settler.retry();
    try {
      this.#intake.lookAtArrivals(this.#unripe.takeDue());
      if (this.#isScanDue()) {
        await this.#intake.scan(this.#stopping.signal);
        if (this.#settler.pending === 0) this.#troubles.spool.end();
      }
    } catch (cause) {
      if (this.#stopping.signal.aborted) return;
      this.#troubles.spool.report(reportFault(cause));
      this.#intake.scanAgain();
    }
    this.#dispatch();
  }

  #isScanDue(): boolean {
    const nowMs = performance.now();
    if (this.#backlog.size > lowWater || nowMs < this.#troubles.spool.retryAtMs) return false;
    return this.#options.once
      ? this.#intake.hasMore
      : nowMs >= this.#intake.scanAtMs || this.#intake.hasMore;
  }

  #dispatch(): void {
    while (
      !this.#stopping.signal.aborted &&
      this.#backlog.size > 0 &&
      this.#pool.hasRoom &&
      this.#settler.pending < maxUnsettled &&
      this.#troubles.mayAsk(this.#inHand.size)
    ) {
      const batch = this.#backlog.take(this.#options.batch);
      for (const file of batch) this.#inHand.add(file.name);
      this.#pool.ingest(batch);
    }
  }

  #onDone(files: readonly SpoolFile[], result: BatchResult): void {
    for (const file of files) this.#inHand.delete(file.name);
    this.#options.events.onBatch?.(result);
    const kept: SpoolFile[] = [];
    const seconds = averageSeconds(result, files.length);
    for (const outcome of result.outcomes) this.#onOutcome(outcome, kept, seconds);
    this.#backlog.giveBack(kept);
    this.#troubles.learn(result);
    this.#wake.resolve();
  }

  #onOutcome(outcome: Outcome, kept: SpoolFile[], seconds: StageSeconds): void {
    const { events, intervalMs } = this.#options;
    const { file } = outcome;
    switch (outcome.kind) {
      case "ingested":
        this.#close(file);
        events.onIngested?.(file, { ...outcome, seconds });
        this.#settler.settle({ kind: "archive", file });
        break;
      case "refused": {
        const mayGrow = ["cut-off", "empty"].includes(outcome.refusal.reason);
        if (!mayGrow || this.#unripe.isRipe(file, 2 * intervalMs)) {
          this.#refuse({ kind: "refuse", file, refusal: outcome.refusal });
        } else events.onUnripe?.(file);
        break;
      }
      case "empty":
        this.#onEmpty(file);
        break;
      case "vanished":
        this.#close(file);
        break;
      case "kept":
        if (outcome.fault?.class === "operator") this.#onUnreadable(file, outcome.fault);
        else kept.push(file);
        break;
    }
  }

  #onDeath(files: readonly SpoolFile[], reason: string): void {
    this.#options.events.onLaneDied?.(files.length, reason);
    for (const file of files) {
      this.#inHand.delete(file.name);
      if (!this.#suspects.accuse(file)) this.#backlog.addSuspect(file);
      else this.#refuse({ kind: "refuse", file, refusal: crashLoop(reason) });
    }
    this.#wake.resolve();
  }

  /** Deletes an empty file that stays empty; it is never read. */
  #onEmpty(file: SpoolFile): void {
    if (this.#unripe.isRipe(file, emptyMs)) this.#settler.settle({ kind: "delete", file });
  }

  /** Leaves a file that this user may not read; the next scan looks at it again. */
  #onUnreadable(file: SpoolFile, fault: FaultReport): void {
    if (!this.#unreadable.has(file.name)) this.#options.events.onFault?.(fault);
    this.#unreadable.add(file.name);
  }

  #refuse(settlement: Extract<Settlement, { kind: "refuse" }>): void {
    this.#close(settlement.file);
    this.#refused++;
    this.#options.events.onRefused?.(settlement.file, settlement.refusal);
    this.#settler.settle(settlement);
  }

  /** Forgets what was noted of a file whose fate is decided. */
  #close(file: SpoolFile): void {
    this.#suspects.clear(file.name);
    this.#unripe.forget(file.name);
    this.#unreadable.delete(file.name);
  }

  #isKnown(name: string): boolean {
    return (
      this.#inHand.has(name) ||
      this.#backlog.has(name) ||
      this.#settler.has(name) ||
      this.#unripe.has(name)
    );
  }

  #isDrained(): boolean {
    const { size } = this.#backlog;
    const open = size + this.#inHand.size + this.#settler.pending + this.#unripe.size;
    return open === 0 && !this.#intake.hasMore;
  }

  #hasLostPatience(): boolean {
    if (this.#inHand.size > 0) return false;
    return this.#troubles.lastTooLong(this.#options.patienceMs);
  }

  /** How long nothing is due, in milliseconds. */
  #nextDueMs(): number {
    const nowMs = performance.now();
    const atMs = [
      this.#options.once ? never : this.#intake.scanAtMs,
      this.#troubles.retryAtMs,
      nowMs + (this.#unripe.nextDueMs() ?? never) - Date.now(),
    ];
    return Math.min(...atMs.map((at) => (at > nowMs ? at - nowMs : never)), 1_000);
  }

  async #sleep(delayMs: number): Promise<void> {
    const timer = setTimeout(() => this.#wake.resolve(), delayMs);
    await this.#wake.promise;
    clearTimeout(timer);
  }
}
