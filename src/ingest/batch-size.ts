import type { BatchLimits } from "./backlog.ts";

/** So much smaller is the batch that follows a failure: four tries lead from 4,000 files to one. */
const shrinkBy = 8;
/** So much smaller is the very first one: the database is soon at work while the next is prepared. */
const beginWith = 8;
/**
 * So many files the first batches hold at most, and so many more each next one: a few thousand are
 * prepared and written side by side, and of very many each transaction is large. The more rows the
 * tables have, the more pages a transaction touches, and the fewer of them for each file.
 */
const beginWithFiles = 2_000;
const growByFiles = 500;

/**
 * How much goes into a batch: much less after a failure of the database that may pass, so that a
 * submission which brings it about is soon alone; more again with each batch that goes in.
 */
export class BatchSize {
  readonly #most: BatchLimits;
  #maxFiles: number;
  #maxBytes: number;

  constructor(most: BatchLimits) {
    this.#most = most;
    this.#maxFiles = Math.min(most.maxFiles, beginWithFiles);
    this.#maxBytes = most.maxBytes / beginWith;
  }

  get limits(): BatchLimits {
    return { maxFiles: this.#maxFiles, maxBytes: this.#maxBytes };
  }

  /** A batch of so many files has failed. */
  shrink(files: number): void {
    this.#maxFiles = Math.max(1, Math.min(this.#maxFiles, Math.floor(files / shrinkBy)));
  }

  /** A batch has gone in. */
  grow(): void {
    const files = Math.min(2 * this.#maxFiles, this.#maxFiles + growByFiles);
    this.#maxFiles = Math.min(this.#most.maxFiles, files);
    this.#maxBytes = Math.min(this.#most.maxBytes, 2 * this.#maxBytes);
  }
}
