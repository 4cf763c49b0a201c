import type { SpoolFile } from "../spool/spool.ts";
import type { BatchResult, ExcerptStorage, WorkerConfig, WorkerStep } from "./protocol.ts";
import { type WorkerEvents, WorkerHandle } from "./worker-handle.ts";
import { WriteSlots } from "./write-slots.ts";

/** How workers are started, how many, and how long they may be silent. */
export interface PoolOptions {
  spawn: () => Worker;
  worker: WorkerConfig;
  maxWorkers: number;
  /** How many workers may write at once. */
  parallelWrites: number;
  /** How long a worker may be silent; a batch's bytes come on top, at 1 MB a second. */
  silenceMs: number;
  /** Where excerpts go; absent: they stay inline. */
  excerpts?: ExcerptStorage;
}

/** What the pool tells whoever owns it. */
export interface PoolEvents {
  /** A batch has ended; a probe has with no files. */
  onDone(files: readonly SpoolFile[], result: BatchResult): void;
  /** A worker has died, or was ended because it hung. */
  onDeath(files: readonly SpoolFile[], reason: string): void;
  /** A worker begins a step. */
  onStep(step: WorkerStep): void;
}

/** The workers of a service: started as the backlog needs them, replaced when they die or hang. */
export class WorkerPool implements Disposable {
  readonly #options: PoolOptions;
  readonly #workers = new Set<WorkerHandle>();
  readonly #turns: WriteSlots<WorkerHandle>;
  readonly #told: PoolEvents;
  readonly #events: WorkerEvents;
  readonly #watchdog: NodeJS.Timeout;
  /** Since the last batch that ended. */
  #hasDied = false;

  constructor(options: PoolOptions, told: PoolEvents) {
    this.#options = options;
    this.#told = told;
    this.#turns = new WriteSlots(options.parallelWrites);
    this.#events = this.#handlers();
    this.#watchdog = setInterval(() => this.#killSilent(), 1_000);
  }

  get size(): number {
    return this.#workers.size;
  }

  get busy(): number {
    return [...this.#workers].filter((worker) => !worker.isIdle).length;
  }

  /** Whether a batch could be handed out now. */
  get hasRoom(): boolean {
    return this.#workers.size < this.#options.maxWorkers || this.busy < this.#workers.size;
  }

  /** Hands a batch to an idle worker, or to a new one. */
  ingest(files: readonly SpoolFile[]): void {
    this.#idleWorker().ingest(files);
  }

  /** Lets a worker show that it can live without any file; `onDone` or `onDeath` tells, with no files. */
  probe(): void {
    this.#idleWorker().probe();
  }

  /**
   * Starts workers until there are this many, or as many as there may be: each does its first batch sooner. After
   * a death none is started before there is work for it, until a batch has ended: where no worker can live, each
   * would be one more death.
   */
  warmUp(workers: number): void {
    if (this.#hasDied) return;
    const wanted = Math.min(Math.floor(workers), this.#options.maxWorkers);
    while (this.#workers.size < wanted) this.#start();
  }

  /** Lets the workers that there are connect to their databases, which must be there. */
  connect(): void {
    for (const worker of this.#workers) worker.connect();
  }

  #start(): WorkerHandle {
    const { spawn, worker: config } = this.#options;
    const worker = new WorkerHandle(spawn(), config, this.#events);
    this.#workers.add(worker);
    return worker;
  }

  /** Asks all workers to give back what they are not writing. */
  askToStop(): void {
    for (const worker of this.#workers) worker.askToStop();
  }

  /**
   * Lets the idle workers close their stores, one after the other, so that the last finds itself alone with
   * its database: for at most `limitMs` together. Then nothing may be handed out any more.
   */
  async closeStores(limitMs: number): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, limitMs);
    const closing = async () => {
      for (const worker of this.#workers) await worker.close();
    };
    await Promise.race([closing(), late]);
    clearTimeout(timer);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#watchdog);
    for (const worker of this.#workers) worker[Symbol.dispose]();
    this.#workers.clear();
  }

  /**
   * One whose database is well comes first: where the server has fewer connections than there are workers,
   * that one holds a connection which the others wait for. Else the one that failed longest ago.
   */
  #idleWorker(): WorkerHandle {
    const idle = [...this.#workers].filter((worker) => worker.isIdle);
    const [first] = idle.sort((one, other) => one.failedAtMs - other.failedAtMs);
    return first ?? this.#start();
  }

  #handlers(): WorkerEvents {
    const { excerpts } = this.#options;
    const { onDone, onDeath, onStep } = this.#told;
    return {
      onDone: (_worker, files, result) => {
        this.#hasDied = false;
        onDone(files, result);
      },
      onDeath: (worker, files, reason) => {
        this.#hasDied = true;
        this.#workers.delete(worker);
        this.#turns.release(worker);
        onDeath(files, reason);
      },
      onTurnWanted: (worker) => this.#turns.request(worker, () => worker.grantTurn()),
      onTurnEnded: (worker) => this.#turns.release(worker),
      onExcerptsAsked: (worker, hashes) =>
        worker.answerAsked(excerpts?.ask(hashes) ?? { urls: new Map(), wanted: [] }),
      onExcerpts: (worker, texts) =>
        void excerpts?.upload(texts).then((urls) => worker.answerExcerpts(urls)),
      onStep: (_worker, step) => onStep(step),
    };
  }

  #killSilent(): void {
    for (const worker of this.#workers) {
      const limitMs = this.#options.silenceMs + worker.bytesInHand / 1_000;
      if (worker.silentMs > limitMs) worker.kill(`no sign of life for ${Math.round(limitMs)} ms`);
    }
  }
}
