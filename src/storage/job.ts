import type { ExcerptResult } from "./result.ts";

/** How a job ended, as far as those who wait for it are concerned. */
export type JobResult = Extract<
  ExcerptResult,
  "uploaded" | "found" | "inline_failed" | "inline_open" | "inline_stopped"
>;

/** One text on its way to the server, and those who wait for it. */
export class Job {
  readonly hash: string;
  readonly text: string;
  /** Memory that the text takes at most. */
  readonly bytes: number;
  /** Calls of `upload` that still wait. */
  waiters = 0;
  /** Whether it no longer waits for others to end. */
  hasBegun = false;
  readonly #end = Promise.withResolvers<JobResult>();
  #result: JobResult | undefined;

  constructor(hash: string, text: string) {
    this.hash = hash;
    this.text = text;
    this.bytes = text.length * 2;
  }

  /** Set once, by the first `finish`. */
  get result(): JobResult | undefined {
    return this.#result;
  }

  get ended(): Promise<JobResult> {
    return this.#end.promise;
  }

  /** Gives the result to those who wait; the first stands. */
  finish(result: JobResult): void {
    this.#result ??= result;
    this.#end.resolve(result);
  }
}
