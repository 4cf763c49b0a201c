import { findExcerpts, linkExcerpts } from "../prepare/excerpts.ts";
import { largeBytes } from "../prepare/large/read-large.ts";
import { WarningSampler } from "../prepare/warning-sampler.ts";
import type { Store } from "../store/store.ts";
import { storeKind } from "../store/store-kind.ts";
import type { Submission } from "../submission/submission.ts";
import type { BatchContext } from "./batch-context.ts";
import { GcPacer } from "./gc-pacer.ts";
import { ingestBatch } from "./ingest-batch.ts";
import { packOutcomes } from "./packed-outcomes.ts";
import type { AskedExcerpts, BatchResult, FromWorker, ToWorker, WorkerConfig } from "./protocol.ts";
import { reportFault } from "./report-fault.ts";

/**
 * The inside of a worker thread: owns one connection and takes one batch after the other from path to
 * commit. What it is told and what it answers is in `protocol.ts`.
 */
export class BatchWorker {
  readonly #send: (message: FromWorker) => void;
  readonly #collector = new GcPacer(3_500);
  readonly #sampler = new WarningSampler();
  #config: WorkerConfig | undefined;
  #store: Store | undefined;
  #connecting: Promise<void> | undefined;
  #stopping = false;
  #turn: PromiseWithResolvers<void> | undefined;
  #asked: PromiseWithResolvers<AskedExcerpts> | undefined;
  #stored: PromiseWithResolvers<ReadonlyMap<string, string>> | undefined;

  constructor(send: (message: FromWorker) => void) {
    this.#send = send;
  }

  receive(message: ToWorker): void {
    switch (message.kind) {
      case "start":
        this.#config = message.config;
        this.#send({ kind: "ready" });
        break;
      case "batch":
        // What this throws is a bug: it ends the thread, and main sees that.
        void this.#ingest(message.names);
        break;
      case "connect":
        this.#connecting = this.#connect();
        break;
      case "probe":
        void this.#probe();
        break;
      case "turn":
        this.#turn?.resolve();
        break;
      case "asked":
        this.#asked?.resolve(message.asked);
        break;
      case "stored":
        this.#stored?.resolve(message.urls);
        break;
      case "stop":
        this.#stopping = true;
        break;
      case "close":
        void this.#close();
        break;
    }
  }

  async #ingest(names: readonly string[]): Promise<void> {
    await this.#connecting;
    // Of one that is not read main knows more.
    const files = names.map((name) => ({ name, bytes: 0, mtimeMs: 0, inode: 0 }));
    const result = await ingestBatch(files, this.#contextOf(this.#configured()));
    this.#sendDone(result, names);
    // Now: what is in hand makes a collection longer.
    this.#collector.note(names.length);
  }

  /** What fails here fails again, and is told, when there is something to write. */
  async #connect(): Promise<void> {
    const config = this.#configured();
    try {
      const store = await this.#open(config);
      // A turn is for files only.
      if (!config.takesTurns) await store.tryOut(new Map());
    } catch {}
  }

  async #probe(): Promise<void> {
    await this.#connecting;
    const result: BatchResult = { outcomes: [], tally: [], timesMs: {} };
    try {
      await (await this.#open(this.#configured())).missing();
    } catch (cause) {
      result.fault = reportFault(cause);
    }
    this.#sendDone(result, []);
  }

  #sendDone(result: BatchResult, names: readonly string[]): void {
    const outcomes = packOutcomes(result.outcomes, names);
    this.#send({ kind: "done", result: { ...result, outcomes } });
  }

  #configured(): WorkerConfig {
    if (!this.#config) throw new Error("work came before the configuration");
    return this.#config;
  }

  #contextOf(config: WorkerConfig): BatchContext {
    return {
      spoolRoot: config.spoolRoot,
      maxFileBytes: config.maxFileBytes,
      digestSeed: config.digestSeed,
      largeBytes,
      maxObjectBytes: config.maxObjectBytes,
      excerptThresholdBytes: config.excerptThresholdBytes,
      trees: config.trees,
      store: () => this.#open(config),
      inTurn: (write) => (config.takesTurns ? this.#inTurn(write) : write()),
      ...(config.excerptThresholdBytes === undefined
        ? {}
        : { storeExcerpts: (list) => this.#storeExcerpts(list, config.excerptThresholdBytes) }),
      sampler: this.#sampler,
      onStep: (step) => this.#send({ kind: "step", step }),
      stopping: () => this.#stopping,
    };
  }

  async #open(config: WorkerConfig): Promise<Store> {
    if (!this.#store) {
      const kind = storeKind(config.databaseUrl);
      this.#store = await kind.open(config.databaseUrl, config);
    }
    return this.#store;
  }

  async #close(): Promise<void> {
    await this.#connecting;
    try {
      await this.#store?.[Symbol.asyncDispose]();
    } catch {
      // What cannot be closed ends with the thread.
    }
    this.#send({ kind: "closed" });
  }

  /** Asks main, which owns the one way to the storage server, and links what it says is stored. */
  async #storeExcerpts(
    submissions: readonly Submission[],
    thresholdBytes?: number,
  ): Promise<ReadonlyMap<string, string>> {
    const found = submissions.flatMap((submission) => findExcerpts(submission, thresholdBytes));
    if (found.length === 0) return new Map();
    const textByHash = new Map(found.map(({ hash, text }) => [hash, text]));
    this.#asked = Promise.withResolvers();
    this.#send({ kind: "asks-excerpts", hashes: [...textByHash.keys()] });
    const { urls, wanted } = await this.#asked.promise;
    linkExcerpts(found, urls);
    const texts = wanted.map((hash) => ({ hash, text: textByHash.get(hash) ?? "" }));
    if (texts.length === 0) return urls;
    this.#stored = Promise.withResolvers();
    this.#send({ kind: "excerpts", texts });
    const stored = await this.#stored.promise;
    linkExcerpts(found, stored);
    return new Map([...urls, ...stored]);
  }

  async #inTurn<T>(write: () => Promise<T>): Promise<T> {
    this.#turn = Promise.withResolvers();
    this.#send({ kind: "wants-turn" });
    await this.#turn.promise;
    try {
      return await write();
    } finally {
      this.#send({ kind: "ends-turn" });
    }
  }
}
