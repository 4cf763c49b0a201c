import type { CrashGuard } from "../guard/crash-guard.ts";
import type { MemoryGuard } from "../guard/memory-guard.ts";
import type { Outages } from "../outages/outages.ts";
import type { SpoolLock } from "../spool/lock-spool.ts";
import type { SpoolFile } from "../spool/spool.ts";
import type { BatchResult } from "../worker/protocol.ts";
import type { WorkerPool } from "../worker/worker-pool.ts";
import type { BatchSize } from "./batch-size.ts";
import type { Ledger } from "./ledger.ts";

interface DispatcherOptions {
  readonly ledger: Ledger;
  readonly pool: WorkerPool;
  readonly outages: Outages;
  readonly crashes: CrashGuard;
  readonly memory: MemoryGuard;
  readonly batchSize: BatchSize;
  readonly lock: Pick<SpoolLock, "isHeld">;
  readonly mover: { readonly moving: number };
  readonly scanner: { feed(): void };
  readonly stopping: AbortSignal;
}

/** While more decided files than this cannot be moved, or are on their way, nothing is handed out. */
const maxUnmoved = 1_000;
const maxMoving = 20_000;

/** Hands files to workers: whenever one is free, and nothing speaks against it. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  #isProbing = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Whether a worker shows that it can live without any file. */
  get isProbing(): boolean {
    return this.#isProbing;
  }

  /** Whether what is decided has to be moved first. */
  get isStuck(): boolean {
    const { ledger, mover } = this.#options;
    const { moving } = mover;
    return moving > maxMoving || ledger.in("to-move").size - moving >= maxUnmoved;
  }

  /** Hands out what can be; `isAllFound` when no scan has more to show. */
  dispatch(isAllFound: boolean): void {
    const { ledger, pool, crashes, memory, outages } = this.#options;
    if (ledger.in("quarantined").size > 0 && !this.#isProbing && this.#mayHandOut()) {
      this.#isProbing = true;
      pool.probe();
    }
    while (!this.isStuck && !this.#isProbing && this.#mayHandOut()) {
      this.#options.scanner.feed();
      const isTrial = this.#isTrialDue(isAllFound);
      const batch = isTrial ? this.#takeSuspects() : this.#takeBatch();
      if (batch.length === 0) break;
      memory.take(batch);
      crashes.take(batch, isTrial, outages.isStoreWell);
      pool.ingest(batch);
    }
    crashes.flush();
  }

  /** A batch, or a probe, is no longer in hand; `result`: how it ended, absent where the worker died. */
  release(files: readonly SpoolFile[], result?: BatchResult): void {
    if (files.length === 0) this.#isProbing = false;
    const { crashes, memory, batchSize } = this.#options;
    memory.release(files);
    crashes.release(files, crashes.suspects > 0 ? decidedOf(result) : []);
    if (files.length === 0 || !result) return;
    if (result.fault?.class === "transient") batchSize.shrink(files.length);
    else if (!result.fault) batchSize.grow();
  }

  /** When suspects may go, on the clock of `performance.now()`. */
  get trialAtMs(): number {
    if (this.#options.ledger.in("suspected").size === 0) return Number.POSITIVE_INFINITY;
    const { readyAtMs, dueAtMs } = this.#plan();
    const nowMs = performance.now();
    return Math.min(...[readyAtMs, dueAtMs].filter((atMs) => atMs > nowMs));
  }

  #mayHandOut(): boolean {
    const { stopping, crashes, lock, pool, outages, ledger } = this.#options;
    return (
      !stopping.aborted &&
      !crashes.isTrying &&
      lock.isHeld &&
      pool.hasRoom &&
      outages.mayAsk(ledger.inHand)
    );
  }

  /** Files under suspicion go when all others have gone, or have had time enough. */
  #isTrialDue(isAllFound: boolean): boolean {
    const { ledger } = this.#options;
    if (ledger.in("suspected").size === 0) return false;
    const { readyAtMs, dueAtMs } = this.#plan();
    const nowMs = performance.now();
    return nowMs >= readyAtMs && (nowMs >= dueAtMs || (isAllFound && ledger.next === undefined));
  }

  /** Nothing else is in hand with them. */
  #takeSuspects(): SpoolFile[] {
    const { ledger, batchSize } = this.#options;
    if (ledger.inHand > 0) return [];
    // The last ones are the least likely to end the program.
    const files = this.#plan().files.slice(-batchSize.limits.maxFiles);
    for (const { name } of files) ledger.apply(name, { kind: "taken" });
    return files;
  }

  #takeBatch(): SpoolFile[] {
    const { ledger, memory, batchSize } = this.#options;
    if (!ledger.next || memory.mustWait(ledger.next)) return [];
    return ledger.takeBatch(batchSize.limitsOf(ledger.queued));
  }

  #plan() {
    const waiting = this.#options.ledger.in("suspected").values();
    return this.#options.crashes.plan(waiting.map(({ file }) => file));
  }
}

// --- internal ---

/** The files about which something was decided. */
function decidedOf(result: BatchResult | undefined): SpoolFile[] {
  return result?.outcomes.flatMap(({ kind, file }) => (kind === "kept" ? [] : [file])) ?? [];
}
