import { Breaker, type BreakerState, type Permit } from "./breaker.ts";
import { StorageClient } from "./client.ts";
import type { Excerpt } from "./excerpt.ts";
import type { StorageFault } from "./fault.ts";
import { Job } from "./job.ts";
import type { Asked, ExcerptResult, UploaderHooks, UploaderState } from "./result.ts";
import type { UploaderSettings } from "./settings.ts";
import { storeText } from "./store-text.ts";
import { waitAtMost } from "./wait-at-most.ts";

/**
 * The one way to the storage server for all workers of the process. Each distinct text is sent once;
 * nobody waits longer than `maxWaitMs`, and nobody waits at all while the breaker is open.
 */
export class ExcerptUploader implements AsyncDisposable {
  readonly #settings: UploaderSettings;
  readonly #hooks: UploaderHooks;
  readonly #client: StorageClient;
  readonly #breaker: Breaker;
  readonly #stored = new Set<string>();
  /** By hash, in the order of their arrival: every job that is queued or running. */
  readonly #jobs = new Map<string, Job>();
  readonly #running = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  #pendingBytes = 0;
  #reason: StorageFault | undefined;

  /** @throws StorageFault of class `operator` when the base URL or the token cannot be used */
  constructor(settings: UploaderSettings, hooks: UploaderHooks) {
    this.#settings = settings;
    this.#hooks = hooks;
    this.#client = new StorageClient(settings);
    this.#breaker = new Breaker({
      failures: settings.breakerFailures,
      afterMs: settings.breakerAfterMs,
      openMs: settings.breakerOpenMs,
      now: () => performance.now(),
    });
  }

  get state(): UploaderState {
    return {
      breaker: this.#breaker.state,
      inFlight: this.#running.size,
      queued: this.#jobs.size - this.#running.size,
      cached: this.#stored.size,
      ...(this.#reason === undefined ? {} : { reason: this.#reason.message }),
    };
  }

  /**
   * Returns for hashes what is known at once, so that no text crosses threads for nothing:
   * `urls` of those known to be stored, and those `wanted` of which `upload` needs the text. The
   * others stay inline: the breaker is open, or the service is stopping.
   */
  ask(hashes: Iterable<string>): Asked {
    const asked = { urls: new Map<string, string>(), wanted: [] as string[] };
    let isProbeDue = this.#breaker.isProbeDue;
    for (const hash of new Set(hashes)) {
      const answer = this.#answerAtOnce(hash);
      if (answer === undefined || (answer === "inline_open" && isProbeDue)) {
        if (answer !== undefined) isProbeDue = false;
        asked.wanted.push(hash);
      } else this.#answer(answer, hash, asked.urls);
    }
    return asked;
  }

  /**
   * Has texts stored, and says where. What is missing from the result must stay inline: it failed,
   * or was not known to be stored within `maxWaitMs`. Never rejects.
   *
   * @param signal ends the waiting, not the uploads
   * @returns URLs by hash, of those texts that the server holds
   */
  async upload(texts: readonly Excerpt[], signal?: AbortSignal): Promise<Map<string, string>> {
    const urls = new Map<string, string>();
    const joined: Joined[] = [];
    for (const [hash, text] of new Map(texts.map((excerpt) => [excerpt.hash, excerpt.text]))) {
      const asked = this.#ask(hash, text);
      if (typeof asked === "string") this.#answer(asked, hash, urls);
      else joined.push(asked);
    }
    if (joined.length === 0) return urls;

    const all = Promise.all(joined.map(({ job }) => job.ended));
    const waited = await waitAtMost(all, this.#settings.maxWaitMs, signal);
    for (const { job, first } of joined) {
      job.waiters -= 1;
      if (job.result === undefined) {
        this.#answer(waited === "stopped" ? "inline_stopped" : "inline_late", job.hash, urls);
        if (job.waiters === 0) this.#forget(job);
      } else {
        const stored = job.result === "uploaded" || job.result === "found";
        this.#answer(stored && !first ? "shared" : job.result, job.hash, urls);
      }
    }
    return urls;
  }

  /** Cuts off what is under way; whoever waits is told to keep the text inline. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#finishAll("inline_stopped");
    await Promise.all(this.#running);
    this.#client[Symbol.dispose]();
  }

  #answer(result: ExcerptResult, hash: string, urls: Map<string, string>): void {
    this.#hooks.count(result);
    if (!result.startsWith("inline_")) urls.set(hash, this.#client.urlOf(hash));
  }

  /** The result that does not depend on the text, where there is one. */
  #answerAtOnce(hash: string): ExcerptResult | undefined {
    if (this.#stop.signal.aborted) return "inline_stopped";
    if (this.#stored.has(hash)) return "cached";
    return this.#breaker.state === "closed" ? undefined : "inline_open";
  }

  /** A result at once, or the job to wait for. */
  #ask(hash: string, text: string): ExcerptResult | Joined {
    const running = this.#jobs.get(hash);
    const atOnce = this.#answerAtOnce(hash);
    if (atOnce === "inline_open" && running === undefined) this.#probe(hash, text);
    if (atOnce !== undefined) return atOnce;
    if (running !== undefined) return join(running, false);
    const job = new Job(hash, text);
    if (this.#pendingBytes + job.bytes > this.#settings.maxPendingBytes) return "inline_full";
    this.#add(job);
    this.#pump();
    return join(job, true);
  }

  /** Runs behind the workers' backs: a server that hangs must not cost them time again. */
  #probe(hash: string, text: string): void {
    const permit = this.#breaker.admit();
    if (permit === undefined) return;
    const job = new Job(hash, text);
    this.#add(job);
    this.#start(job, permit);
  }

  #add(job: Job): void {
    this.#jobs.set(job.hash, job);
    this.#pendingBytes += job.bytes;
  }

  #pump(): void {
    for (const job of this.#jobs.values()) {
      if (this.#running.size >= this.#settings.concurrency) return;
      if (!job.hasBegun) this.#start(job, "pass");
    }
  }

  #start(job: Job, permit: Permit): void {
    job.hasBegun = true;
    const run = this.#run(job, permit).then(() => {
      this.#running.delete(run);
      this.#remove(job);
      this.#pump();
    });
    this.#running.add(run);
  }

  async #run(job: Job, permit: Permit): Promise<void> {
    const result = await storeText(
      {
        client: this.#client,
        settings: this.#settings,
        signal: this.#stop.signal,
        passes: () => this.#breaker.state === "closed",
        settle: (outcome, tookMs, fault) => {
          const before = this.#breaker.state;
          this.#breaker.settle(permit, outcome, tookMs);
          this.#breakerMoved(before, fault);
        },
      },
      job,
      permit,
    );
    if (result === "uploaded" || result === "found") {
      if (this.#stored.size >= this.#settings.cacheEntries) this.#stored.clear();
      this.#stored.add(job.hash);
      if (job.waiters === 0) this.#hooks.count("background");
    }
    job.finish(result);
  }

  /** Tells a change of the breaker to the log, and to those who wait. */
  #breakerMoved(before: BreakerState, fault?: StorageFault): void {
    const after = this.#breaker.state;
    if (after === "open" && before !== "open" && fault !== undefined) {
      this.#finishAll("inline_open");
      if (this.#reason?.code !== fault.code) {
        this.#hooks.log("warn", "storage_unavailable", {
          error: fault.message,
          ...(fault.hint === undefined ? {} : { hint: fault.hint }),
          effect: "log excerpts stay inline; ingestion continues",
        });
      }
      this.#reason = fault;
    } else if (after === "closed" && before !== "closed") {
      this.#reason = undefined;
      this.#hooks.log("info", "storage_available", {});
    }
  }

  #finishAll(result: "inline_open" | "inline_stopped"): void {
    for (const job of this.#jobs.values()) job.finish(result);
    for (const job of this.#jobs.values()) this.#forget(job);
  }

  /** Drops a job that has not begun; one that has begun runs on for the cache's sake. */
  #forget(job: Job): void {
    if (!job.hasBegun) this.#remove(job);
  }

  #remove(job: Job): void {
    this.#jobs.delete(job.hash);
    this.#pendingBytes -= job.bytes;
  }
}

/** A job and whether this caller brought it. */
interface Joined {
  readonly job: Job;
  readonly first: boolean;
}

function join(job: Job, first: boolean): Joined {
  job.waiters += 1;
  return { job, first };
}
