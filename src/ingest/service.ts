import type { SpoolFile } from "../spool/spool.ts";
import { GcPacer } from "../worker/gc-pacer.ts";
import type { BatchResult } from "../worker/protocol.ts";
import { reportFault } from "../worker/report-fault.ts";
import type { Ending, ServiceOptions } from "./service-options.ts";
import { assembleParts, type ServiceParts } from "./service-parts.ts";

/** Below this number of queued files the folder is scanned again. */
const lowWater = 8_000;
/** How long a batch in hand may take at a stop. */
const stopMs = 3_500;
/** How long the workers may take after that to close their databases. */
const closeMs = 1_000;
/** How long files may be moved after that. */
const moveMs = 300;

/**
 * The service on one spool: finds files, hands them to workers, sees to what becomes of them, and spaces
 * tries while database or file system fail. Where each file stands is in the ledger.
 */
export class Service {
  readonly #options: ServiceOptions;
  readonly #parts: ServiceParts;
  readonly #stopping = new AbortController();
  readonly #gc = new GcPacer(8_000);
  #isScanning = false;
  #loopAtMs = performance.now();
  #wake = Promise.withResolvers<void>();

  /** Throws `SpoolFault`. */
  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#parts = assembleParts(options, {
      stopping: this.#stopping.signal,
      onHint: () => this.#wake.resolve(),
      pool: {
        onDone: (files, result) => this.#onDone(files, result),
        onDeath: (files, reason) => this.#onDeath(files, reason),
        onStep: (step) => this.#parts.crashes.onStep(step),
      },
    });
    const { suspects } = this.#parts.crashes;
    if (suspects > 0) options.events.onCrashFound?.(suspects);
  }

  /** Numbers for whoever watches. */
  get numbers() {
    const { ledger, pool, outages } = this.#parts;
    return {
      /** How many files are in each state. */
      counts: ledger.counts,
      /** How many are not done with yet. */
      open: ledger.open,
      /** What waits to be ingested. */
      backlog: ledger.backlog,
      /** When the main loop last went round, on the clock of `performance.now()`. */
      loopAtMs: this.#loopAtMs,
      workers: pool.size,
      busyWorkers: pool.busy,
      spoolOutage: outages.spool,
    };
  }

  /** Begins what needs no database: a worker, which does its first batch sooner; with `once` a scan. */
  warmUp(): void {
    this.#parts.pool.warmUp(1);
    if (this.#options.once) void this.#scan();
  }

  /** Stops: begins nothing new, lets the batches in hand end for a moment, then leaves them. */
  stop(): void {
    this.#stopping.abort();
    this.#parts.pool.askToStop();
    this.#wake.resolve();
  }

  /** The program ends at once, because it is told to: no file is blamed for that. */
  forgetInHand(): void {
    this.#parts.crashes.close();
  }

  /** Runs until it is stopped, or with `once` until all that was there is done with. */
  async run(): Promise<Ending> {
    const { once } = this.#options;
    using _crashes = this.#parts.crashes;
    using _pool = this.#parts.pool;
    using _watch = once ? undefined : this.#parts.scanner.watch();
    if (!once) this.#parts.pool.connect();
    while (!this.#stopping.signal.aborted) {
      this.#loopAtMs = performance.now();
      this.#wake = Promise.withResolvers();
      this.#round();
      if (once && (this.#isDrained() || this.#hasLostPatience())) break;
      await this.#sleep(this.#nextDueMs());
    }
    // Not before that is the pool disposed of.
    return await this.#end();
  }

  /** Lets the batches in hand end, closes the databases, and tells what is left. */
  async #end(): Promise<Ending> {
    const { ledger, pool, outages, held, mover } = this.#parts;
    const endMs = performance.now() + stopMs;
    while (ledger.inHand > 0 && performance.now() < endMs) {
      this.#wake = Promise.withResolvers();
      await this.#sleep(endMs - performance.now());
    }
    await pool.closeStores(endMs + closeMs - performance.now());
    this.forgetInHand();
    mover.end(moveMs);
    const fault = this.#isDrained() ? undefined : (outages.fault ?? held.outage?.fault);
    return { unreadable: ledger.counts.unreadable, ...(fault ? { fault } : {}) };
  }

  #round(): void {
    if (this.#options.lock.isHeld) {
      this.#parts.mover.retry();
      this.#takeDue();
      this.#seeReplaced();
    }
    if (this.#isScanDue()) void this.#scan();
    this.#parts.dispatcher.dispatch(this.#isAllFound());
  }

  /** Tries again what is due, and looks at what has arrived or may have been finished. */
  #takeDue(): void {
    const { ledger, held, outages, outcomes, scanner } = this.#parts;
    const growing: string[] = [];
    // While it is in doubt whether the database takes anything, those ask that have not failed by themselves.
    const mayRetry = outages.isStoreWell || ledger.next === undefined;
    for (const name of ledger.due(mayRetry ? ["growing", "retrying"] : ["growing"])) {
      if (ledger.get(name)?.state.kind === "growing") growing.push(name);
      else outcomes.onDue(name, true);
    }
    // While the database takes nothing, others ask first: else they would never have their turn.
    const isOthersTurn = held.isAllRefused && ledger.next !== undefined;
    if (!isOthersTurn) for (const name of held.takeDue()) outcomes.onDue(name, false);
    scanner.lookAtArrivals(growing);
  }

  /** Another file that has taken the name of one that was decided is looked at soon. */
  #seeReplaced(): void {
    if (this.#parts.mover.takeReplaced()) this.#parts.scanner.scanAgain();
  }

  /** Scans beside the main loop, which hands out what is found meanwhile. */
  async #scan(): Promise<void> {
    const { scanner, outages, crashes } = this.#parts;
    this.#isScanning = true;
    try {
      await scanner.scan(this.#stopping.signal, this.#options.lock.keep());
      outages.scan.end();
      // All of them have to be met, to know which suspects there are.
      if (crashes.suspects > 0) scanner.feed(Infinity);
      if (!scanner.hasMore) crashes.dropUnmet();
    } catch (cause) {
      if (this.#stopping.signal.aborted) return;
      outages.scan.report(reportFault(cause));
      scanner.scanAgain();
    } finally {
      this.#isScanning = false;
      this.#wake.resolve();
    }
  }

  #isScanDue(): boolean {
    const { scanner, outages, ledger } = this.#parts;
    const nowMs = performance.now();
    if (this.#isScanning || nowMs < outages.scan.retryAtMs) return false;
    // Only a scan wins the spool back.
    const { isHeld } = this.#options.lock;
    if (ledger.counts.queued > lowWater && isHeld) return false;
    return scanner.hasMore || (this.#options.once ? !isHeld : nowMs >= scanner.scanAtMs);
  }

  #isAllFound(): boolean {
    return !this.#parts.scanner.hasMore && !this.#isScanning;
  }

  #onDone(files: readonly SpoolFile[], result: BatchResult): void {
    const { dispatcher, outcomes, outages, held } = this.#parts;
    dispatcher.release(files, result);
    // The worker has its next batch while the files of this one are moved.
    const wasTaken = result.outcomes.every(({ kind }) => kind !== "rows-refused");
    if (files.length > 0 && !result.fault && wasTaken) dispatcher.dispatch(this.#isAllFound());
    if (files.length > 0) this.#options.events.onBatch?.(result);
    outcomes.onDone(files, result);
    this.#seeReplaced();
    outages.learn(result, held.isAllRefused);
    this.#gc.note(files.length);
    this.#wake.resolve();
  }

  #onDeath(files: readonly SpoolFile[], reason: string): void {
    const { dispatcher, outcomes, outages } = this.#parts;
    this.#options.events.onWorkerDied?.(files.length, reason);
    dispatcher.release(files);
    if (outcomes.onDeath(files, reason)) outages.endWorkerDeaths();
    else outages.reportWorkerDeath(reason);
    this.#seeReplaced();
    this.#wake.resolve();
  }

  #isDrained(): boolean {
    return this.#isIdle() && this.#parts.ledger.in("to-move").size === 0;
  }

  /** Whether nothing is left but this number of files, and to move what is decided. */
  #isIdle(files = 0): boolean {
    return this.#parts.ledger.open === files && this.#isAllFound();
  }

  #hasLostPatience(): boolean {
    const { ledger, dispatcher, outages, held, mover } = this.#parts;
    if (mover.moving > 0 || ledger.inHand > 0 || dispatcher.isProbing) return false;
    const { patienceMs } = this.#options;
    if (outages.areHopeless(patienceMs)) return true;
    // What the database refuses for a reason of its own holds up nothing else.
    const isOnlyHeld = this.#isIdle(ledger.in("held").size);
    if (isOnlyHeld && (held.outage?.lastedMs ?? -1) >= patienceMs) return true;
    // What cannot be moved holds up nothing else, until there is too much of it.
    return (this.#isIdle() || dispatcher.isStuck) && outages.moves.isHopeless(patienceMs);
  }

  /** How long nothing is due, in milliseconds. */
  #nextDueMs(): number {
    const { ledger, scanner, outages, held, dispatcher } = this.#parts;
    const nowMs = performance.now();
    const atMs = [
      ...[this.#options.once ? Infinity : scanner.scanAtMs, outages.retryAtMs, ledger.dueMs],
      ...[held.nextDueMs() ?? Infinity, dispatcher.trialAtMs],
    ];
    return Math.min(...atMs.map((at) => (at > nowMs ? at - nowMs : Infinity)), 1_000);
  }

  async #sleep(delayMs: number): Promise<void> {
    const timer = setTimeout(() => this.#wake.resolve(), delayMs);
    await this.#wake.promise;
    clearTimeout(timer);
  }
}
