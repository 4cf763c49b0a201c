import type { SpoolFile } from "../spool/spool.ts";
import type { Excerpt } from "../storage/excerpt.ts";
import { unpackOutcomes } from "./packed-outcomes.ts";
import type {
  AskedExcerpts,
  BatchResult,
  FromWorker,
  ToWorker,
  WorkerConfig,
  WorkerStep,
} from "./protocol.ts";

/** What a worker tells whoever owns it. */
export interface WorkerEvents {
  onDone(worker: WorkerHandle, files: readonly SpoolFile[], result: BatchResult): void;
  /** The thread has ended with files in hand, or was ended because it hung. */
  onDeath(worker: WorkerHandle, files: readonly SpoolFile[], reason: string): void;
  onTurnWanted(worker: WorkerHandle): void;
  onTurnEnded(worker: WorkerHandle): void;
  onExcerptsAsked(worker: WorkerHandle, hashes: readonly string[]): void;
  onExcerpts(worker: WorkerHandle, texts: readonly Excerpt[]): void;
  onStep(worker: WorkerHandle, step: WorkerStep): void;
}

/** The main thread's side of a worker. */
export class WorkerHandle implements Disposable {
  readonly #worker: Worker;
  readonly #events: WorkerEvents;
  #files: readonly SpoolFile[] = [];
  /** A busy one works; one that waits has asked us for something. */
  #state: "idle" | "busy" | "waiting" | "ended" = "idle";
  #hasStore = false;
  readonly #closed = Promise.withResolvers<void>();
  #lastSignMs = performance.now();
  #failedAtMs = 0;
  #lastError = "";

  constructor(worker: Worker, config: WorkerConfig, events: WorkerEvents) {
    this.#worker = worker;
    this.#events = events;
    worker.onmessage = (event: MessageEvent<FromWorker>) => this.#receive(event.data);
    worker.onerror = (event) => {
      this.#lastError = errorIn(event.message);
    };
    worker.addEventListener("close", () => this.#die(this.#lastError || "the thread ended"));
    this.#post({ kind: "start", config });
  }

  get isIdle(): boolean {
    return this.#state === "idle";
  }

  /** Bytes of the files in hand. */
  get bytesInHand(): number {
    return this.#files.reduce((sum, file) => sum + file.bytes, 0);
  }

  /** How long ago the worker gave its last sign of life, in milliseconds; 0 when it waits for us. */
  get silentMs(): number {
    return this.#state === "busy" ? performance.now() - this.#lastSignMs : 0;
  }

  /** When its database failed it, on the clock of `performance.now()`; 0 when it did not the last time. */
  get failedAtMs(): number {
    return this.#failedAtMs;
  }

  ingest(files: readonly SpoolFile[]): void {
    this.#files = files;
    this.#begin({ kind: "batch", names: files.map(({ name }) => name) });
  }

  /** Lets an idle worker connect to its database; files may be handed to it meanwhile. */
  connect(): void {
    this.#hasStore = true;
    this.#post({ kind: "connect" });
  }

  /** Lets the worker show that it can live; it returns a result without files. */
  probe(): void {
    this.#begin({ kind: "probe" });
  }

  grantTurn(): void {
    this.#answer({ kind: "turn" });
  }

  answerAsked(asked: AskedExcerpts): void {
    this.#answer({ kind: "asked", asked });
  }

  answerExcerpts(urls: ReadonlyMap<string, string>): void {
    this.#answer({ kind: "stored", urls });
  }

  /** Asks the worker to give back what it is not writing. */
  askToStop(): void {
    this.#post({ kind: "stop" });
  }

  /** Lets an idle worker close its store; resolves when that is done, or the thread has ended. */
  async close(): Promise<void> {
    if (!this.isIdle || !this.#hasStore) return;
    this.#begin({ kind: "close" });
    await this.#closed.promise;
  }

  /** Ends a thread that hangs; its files count as in hand at a death. */
  kill(reason: string): void {
    this.#worker.terminate();
    this.#die(reason);
  }

  [Symbol.dispose](): void {
    this.#state = "ended";
    this.#worker.terminate();
  }

  #begin(work: ToWorker): void {
    if (this.#state === "ended") return;
    this.#state = "busy";
    this.#hasStore = true;
    this.#lastSignMs = performance.now();
    this.#post(work);
  }

  #answer(message: ToWorker): void {
    if (this.#state === "waiting") this.#state = "busy";
    this.#lastSignMs = performance.now();
    this.#post(message);
  }

  #post(message: ToWorker): void {
    if (this.#state !== "ended") this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    if (this.#state === "ended") return;
    this.#lastSignMs = performance.now();
    switch (message.kind) {
      case "done": {
        const files = this.#files;
        this.#files = [];
        this.#state = "idle";
        this.#failedAtMs = message.result.fault ? performance.now() : 0;
        const outcomes = unpackOutcomes(message.result.outcomes, files);
        this.#events.onDone(this, files, { ...message.result, outcomes });
        break;
      }
      case "wants-turn":
        this.#state = "waiting";
        this.#events.onTurnWanted(this);
        break;
      case "ends-turn":
        this.#events.onTurnEnded(this);
        break;
      case "asks-excerpts":
        this.#state = "waiting";
        this.#events.onExcerptsAsked(this, message.hashes);
        break;
      case "excerpts":
        this.#state = "waiting";
        this.#events.onExcerpts(this, message.texts);
        break;
      case "step":
        this.#events.onStep(this, message.step);
        break;
      case "closed":
        this.#closed.resolve();
        break;
      case "ready":
        break;
    }
  }

  #die(reason: string): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#closed.resolve();
    const files = this.#files;
    this.#files = [];
    this.#events.onDeath(this, files, reason);
  }
}

// --- internal ---

/** What was thrown, without the picture of the code and the calls that come with it. */
function errorIn(message = ""): string {
  const lines = message.split("\n");
  const told = lines.find((line) => /^\s*(?:\w*[Ee]rror)\b.*: /.test(line)) ?? lines[0];
  return told?.trim() || "unknown error";
}
