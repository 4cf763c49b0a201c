import { CrashGuard } from "../guard/crash-guard.ts";
import { MemoryGuard } from "../guard/memory-guard.ts";
import { reviewEmptyFiles } from "../spool/empty-files.ts";
import { recoverAbandonedRetries } from "../spool/retry-file.ts";
import type { SpoolFile } from "../spool/spool.ts";
import { GcPacer } from "../worker/gc-pacer.ts";
import type { BatchResult } from "../worker/protocol.ts";
import { reportFault } from "../worker/report-fault.ts";
import { WorkerPool } from "../worker/worker-pool.ts";
import { averageSeconds } from "./average-seconds.ts";
import { Backlog } from "./backlog.ts";
import { BatchSize } from "./batch-size.ts";
import { Fates } from "./fates.ts";
import { Intake } from "./intake.ts";
import type { Ending, ServiceOptions } from "./service-options.ts";
import { Troubles } from "./troubles.ts";

/** So many decided files may wait to be moved before ingestion pauses. */
const maxUnsettled = 1_000;
/** Below so many waiting files the folder is scanned again. */
const lowWater = 8_000;
/** How long a batch in hand may take at a stop. */
const stopMs = 3_500;
/** How long the workers may take after that to close their databases. */
const closeMs = 1_000;
const never = Number.POSITIVE_INFINITY;

/**
 * The service on one spool: finds files, hands them to workers, sees to their fates, and spaces tries
 * while database or file system fail. Owns all that must be single in the process.
 */
export class Service {
  readonly #options: ServiceOptions;
  readonly #backlog = new Backlog();
  readonly #inHand = new Set<string>();
  readonly #stopping = new AbortController();
  readonly #batchSize: BatchSize;
  readonly #collector = new GcPacer(20_000);
  readonly #intake: Intake;
  readonly #fates: Fates;
  readonly #pool: WorkerPool;
  readonly #troubles: Troubles;
  readonly #crashes: CrashGuard;
  readonly #memory: MemoryGuard;
  #isProbing = false;
  #isScanning = false;
  #loopAtMs = performance.now();
  #wake = Promise.withResolvers<void>();

  constructor(options: ServiceOptions) {
    this.#options = options;
    const { events, spool, lock, intervalMs } = options;
    this.#batchSize = new BatchSize(options.batch);
    this.#troubles = new Troubles(events);
    this.#memory = new MemoryGuard(options.batch.maxBytes);
    this.#crashes = new CrashGuard({
      root: spool.root,
      pauseMs: options.deadlyPauseMs,
      isOurs: () => lock.isHeld,
      onFault: (cause) => events.onFault?.(reportFault(cause)),
    });
    if (this.#crashes.suspects > 0) events.onCrashFound?.(this.#crashes.suspects);
    this.#fates = new Fates({
      spool,
      intervalMs,
      emptyMs: options.emptyMs,
      moves: this.#troubles.moves,
      events,
      onReplaced: () => this.#intake.scanAgain(),
    });
    this.#intake = new Intake({
      root: spool.root,
      keepSpool: () => lock.keep(),
      intervalMs,
      isKnown: (name) =>
        this.#inHand.has(name) ||
        this.#backlog.has(name) ||
        this.#fates.has(name) ||
        this.#crashes.has(name),
      onTouched: (name) => this.#fates.onTouched(name),
      onFile: (file, fresh) => this.#admit(file, fresh),
      onEmpty: (file) => this.#fates.onEmpty(file),
      onGone: (name) => {
        this.#fates.forget(name);
        this.#crashes.forget(name);
      },
      onOdd: (entry) => events.onOdd?.(entry),
      onUnseen: ({ name, fault }) => this.#fates.markUnreadable(name, reportFault(fault)),
      onHint: () => this.#wake.resolve(),
      onFault: (fault) => events.onFault?.(fault),
    });
    this.#pool = new WorkerPool({
      ...options.pool,
      onDone: (files, result) => this.#onDone(files, result),
      onDeath: (files, reason) => this.#onDeath(files, reason),
      onStep: (step) => {
        this.#crashes.onStep(step);
        options.pool.onStep?.(step);
      },
    });
  }

  /** Numbers for whoever watches. */
  get numbers() {
    return {
      queued: this.#backlog.size,
      queuedBytes: this.#backlog.bytes,
      oldestMtimeMs: this.#backlog.oldestMtimeMs,
      inHand: this.#inHand.size,
      aside: [...this.#fates.aside, ...this.#crashes.waiting],
      unripe: this.#fates.unripe,
      unsettled: this.#fates.unsettled,
      /** When the main loop last went round, on the clock of `performance.now()`. */
      loopAtMs: this.#loopAtMs,
      workers: this.#pool.size,
      busyWorkers: this.#pool.busy,
      spoolTrouble: this.#troubles.spool,
    };
  }

  /** How many files have no fate yet. */
  get openFiles(): number {
    const { asideCount, unripe } = this.#fates;
    const { waitingCount } = this.#crashes;
    return this.#backlog.size + this.#inHand.size + asideCount + unripe + waitingCount;
  }

  /** Starts a worker, before there is work for it: it answers its first batch sooner. */
  warmUp(): void {
    if (this.#pool.hasRoom) this.#pool.start();
  }

  /** Stops: begins nothing new, lets the batches in hand end for a moment, then leaves them. */
  stop(): void {
    this.#stopping.abort();
    this.#pool.askToStop();
    this.#wake.resolve();
  }

  /** The program ends at once, because it is told to: no file is accused of that. */
  acquitFiles(): void {
    this.#crashes.close();
  }

  /** Runs until it is stopped, or with `once` until all that was there has had its fate. */
  async run(): Promise<Ending> {
    const { once } = this.#options;
    using _crashes = this.#crashes;
    using _pool = this.#pool;
    using _watch = once ? undefined : this.#intake.watch();
    while (!this.#stopping.signal.aborted) {
      this.#loopAtMs = performance.now();
      this.#wake = Promise.withResolvers();
      this.#round();
      if (once && (this.#isDrained() || this.#hasLostPatience())) break;
      await this.#sleep(this.#nextDueMs());
    }
    const endMs = performance.now() + stopMs;
    while (this.#inHand.size > 0 && performance.now() < endMs) {
      this.#wake = Promise.withResolvers();
      await this.#sleep(endMs - performance.now());
    }
    await this.#pool.closeStores(endMs + closeMs - performance.now());
    this.acquitFiles();
    this.#endMoves();
    const { trouble } = this.#fates.held;
    const fault = this.#isDrained() ? undefined : (this.#troubles.fault ?? trouble?.fault);
    const { refused, unreadable } = this.#fates;
    return { refused, unreadable, ...(fault ? { fault } : {}) };
  }

  /** A note that cannot be removed does no harm: the next start looks for nothing. */
  #endMoves(): void {
    if (!this.#options.lock.isHeld) return;
    try {
      this.#fates.endMoves();
    } catch (cause) {
      this.#options.events.onFault?.(reportFault(cause));
    }
  }

  #round(): void {
    if (this.#options.lock.isHeld) {
      this.#fates.retryMoves();
      const { names, alone, files } = this.#fates.takeDue(this.#backlog.size);
      for (const file of alone) this.#tryAlone(file);
      this.#giveBack(files);
      this.#intake.lookAtArrivals(names);
    }
    if (this.#isScanDue()) void this.#scan();
    this.#dispatch();
  }

  /** Scans beside the main loop, which hands out what is found meanwhile. */
  async #scan(): Promise<void> {
    this.#isScanning = true;
    try {
      // What is wrong there keeps no other file from going in.
      if (this.#options.lock.isHeld) {
        this.#tell(() => reviewEmptyFiles(this.#options.spool));
        this.#tell(() => recoverAbandonedRetries(this.#options.spool));
      }
      await this.#intake.scan(this.#stopping.signal);
      this.#troubles.scan.end();
      if (!this.#intake.hasMore) this.#crashes.dropUnmet();
    } catch (cause) {
      if (this.#stopping.signal.aborted) return;
      this.#troubles.scan.report(reportFault(cause));
      this.#intake.scanAgain();
    } finally {
      this.#isScanning = false;
      this.#wake.resolve();
    }
  }

  #isScanDue(): boolean {
    const nowMs = performance.now();
    if (this.#isScanning) return false;
    // Only a scan wins the spool back.
    if (this.#backlog.size > lowWater && this.#options.lock.isHeld) return false;
    if (nowMs < this.#troubles.scan.retryAtMs) return false;
    return this.#options.once
      ? this.#intake.hasMore
      : nowMs >= this.#intake.scanAtMs || this.#intake.hasMore;
  }

  #admit(file: SpoolFile, fresh: boolean): void {
    const deaths = this.#crashes.deathsOf(file);
    if (deaths > 0 && this.#crashes.isGuilty(file)) {
      this.#fates.refuseDeadly(file, deaths);
      this.#crashes.drop(file);
    } else if (deaths > 0) this.#crashes.hold(file);
    else if (fresh) this.#backlog.addFresh(file);
    else this.#backlog.addScanned(file);
  }

  #dispatch(): void {
    if (this.#fates.needsProof && !this.#isProbing && this.#mayHandOut()) {
      this.#isProbing = true;
      this.#pool.probe();
    }
    while (this.#fates.unsettled < maxUnsettled && !this.#isProbing && this.#mayHandOut()) {
      const isTrial = this.#isTrialDue();
      const batch = isTrial ? this.#takeSuspects() : this.#takeBatch();
      if (batch.length === 0) break;
      for (const file of batch) this.#inHand.add(file.name);
      this.#memory.take(batch);
      this.#crashes.take(batch, isTrial, this.#troubles.isStoreWell);
      this.#pool.ingest(batch);
    }
    this.#crashes.flush();
  }

  /** Files under suspicion go when all others have gone, or have had time enough. */
  #isTrialDue(): boolean {
    if (this.#crashes.waitingCount === 0) return false;
    const nowMs = performance.now();
    if (nowMs < this.#crashes.readyAtMs) return false;
    return this.#isElsewhereDone() || nowMs >= this.#crashes.dueAtMs;
  }

  /** Nothing else is in hand with them. */
  #takeSuspects(): SpoolFile[] {
    return this.#inHand.size === 0 ? this.#crashes.takeSuspects() : [];
  }

  #takeBatch(): SpoolFile[] {
    const { next } = this.#backlog;
    if (!next || this.#memory.mustWait(next)) return [];
    return this.#backlog.take(this.#batchSize.limits);
  }

  /** Whether no file waits but those under suspicion. */
  #isElsewhereDone(): boolean {
    return this.#backlog.size === 0 && !this.#intake.hasMore && !this.#isScanning;
  }

  #mayHandOut(): boolean {
    return (
      !this.#stopping.signal.aborted &&
      !this.#crashes.isTrying &&
      this.#options.lock.isHeld &&
      this.#pool.hasRoom &&
      this.#troubles.mayAsk(this.#inHand.size)
    );
  }

  #onDone(files: readonly SpoolFile[], result: BatchResult): void {
    const decided = result.outcomes.filter(({ kind }) => kind !== "kept");
    this.#release(
      files,
      decided.map(({ file }) => file),
    );
    // The worker has its next batch while the files of this one are moved.
    const wasTaken = result.outcomes.every(({ kind }) => kind !== "rows-refused");
    if (files.length > 0 && !result.fault && wasTaken) this.#dispatch();
    if (files.length === 0) this.#isProbing = false;
    else {
      this.#options.events.onBatch?.(result);
      if (result.fault?.class === "transient") this.#batchSize.shrink(files.length);
      else if (!result.fault) this.#batchSize.grow();
    }
    const seconds = averageSeconds(result, files.length);
    this.#giveBack(this.#fates.decide(result, files.length, seconds));
    this.#troubles.learn(result, this.#fates.isAllRefused);
    this.#collector.note(files.length);
    this.#wake.resolve();
  }

  #onDeath(files: readonly SpoolFile[], reason: string): void {
    this.#options.events.onWorkerDied?.(files.length, reason);
    if (files.length === 0) this.#isProbing = false;
    this.#release(files, []);
    const verdicts = files.map((file) => {
      const verdict = this.#fates.accuse(file, reason);
      if (verdict === "again") this.#tryAlone(file);
      return verdict;
    });
    if (verdicts.includes("guilty")) this.#troubles.acquitWorkers();
    else this.#troubles.learnDeath(reason);
    this.#wake.resolve();
  }

  #release(files: readonly SpoolFile[], decided: readonly SpoolFile[]): void {
    for (const file of files) this.#inHand.delete(file.name);
    this.#memory.release(files);
    this.#crashes.release(files, decided);
  }

  /** Files that a worker did not finish wait again where they waited before. */
  #giveBack(files: readonly SpoolFile[]): void {
    const isSuspect = (file: SpoolFile) => this.#crashes.deathsOf(file) > 0;
    this.#backlog.giveBack(files.filter((file) => !isSuspect(file)));
    for (const file of files) if (isSuspect(file)) this.#crashes.hold(file, true);
  }

  #tryAlone(file: SpoolFile): void {
    if (this.#crashes.deathsOf(file) > 0) this.#crashes.hold(file, true);
    else this.#backlog.addSuspect(file);
  }

  #isDrained(): boolean {
    return this.#isIdle() && this.#fates.unsettled === 0;
  }

  /** Whether nothing is left but so many files, and to move what is decided. */
  #isIdle(files = 0): boolean {
    const waiting = this.#backlog.size + this.#crashes.waitingCount;
    const open = waiting + this.#inHand.size + this.#fates.undecided;
    return open === files && !this.#intake.hasMore && !this.#isScanning;
  }

  #hasLostPatience(): boolean {
    if (this.#inHand.size > 0 || this.#isProbing) return false;
    const { patienceMs } = this.#options;
    if (this.#troubles.areHopeless(patienceMs)) return true;
    // What the database refuses for a reason of its own holds up nothing else.
    const { files, trouble } = this.#fates.held;
    if (this.#isIdle(files) && trouble && trouble.lastedMs >= patienceMs) return true;
    // What cannot be moved holds up nothing else, until there is too much of it.
    const isStuck = this.#isIdle() || this.#fates.unsettled >= maxUnsettled;
    return isStuck && this.#troubles.moves.isHopeless(patienceMs);
  }

  /** How long nothing is due, in milliseconds. */
  #nextDueMs(): number {
    const nowMs = performance.now();
    const scanAtMs = this.#options.once ? never : this.#intake.scanAtMs;
    const atMs = [
      ...[scanAtMs, this.#troubles.retryAtMs, this.#fates.dueAtMs],
      ...[this.#crashes.readyAtMs, this.#crashes.dueAtMs],
    ];
    return Math.min(...atMs.map((at) => (at > nowMs ? at - nowMs : never)), 1_000);
  }

  async #sleep(delayMs: number): Promise<void> {
    const timer = setTimeout(() => this.#wake.resolve(), delayMs);
    await this.#wake.promise;
    clearTimeout(timer);
  }
}
