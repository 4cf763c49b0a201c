import type { BatchLimits } from "./file-queue.ts";

/** How much smaller the batch is that follows a failure: four tries lead from 8,000 files to one. */
const shrinkBy = 8;
/** How much smaller the very first one is: the database is soon at work while the next is prepared. */
const beginWith = 8;
/**
 * The first batches hold at most this many files, and each next one more: the more rows the tables have,
 * the more pages a transaction touches, and a large one fewer of them for each file.
 */
const beginWithFiles = 2_000;
const growByFiles = 500;
/** They grow to this many files, whatever the number of workers. */
const usualFiles = 3_500;
/** The last batches are made smaller for each worker to have one, but not smaller than this. */
const leastFiles = 600;
const leastBytes = 2 << 20;

/**
 * How much goes into a batch: much less after a failure of the database that may pass, so that a
 * submission which brings it about is soon alone; more again with each batch that goes in.
 */
export class BatchSize {
  readonly #most: BatchLimits;
  readonly #isRoomy: () => boolean;
  readonly #workers: number;
  #maxFiles: number;
  #maxBytes: number;

  /** `isRoomy` says whether there is memory for more than the usual batch. */
  constructor(most: BatchLimits, isRoomy: () => boolean, workers = 1) {
    this.#most = most;
    this.#isRoomy = isRoomy;
    this.#workers = workers;
    this.#maxFiles = Math.min(most.maxFiles, beginWithFiles);
    this.#maxBytes = most.maxBytes / beginWith;
  }

  get limits(): BatchLimits {
    return { maxFiles: this.#maxFiles, maxBytes: this.#maxBytes };
  }

  /** The limits of the next batch of those that wait: of the last ones each worker gets a part. */
  limitsOf(waiting: { files: number; bytes: number }): BatchLimits {
    return {
      maxFiles: Math.min(this.#maxFiles, this.#partOf(waiting.files, leastFiles)),
      maxBytes: Math.min(this.#maxBytes, this.#partOf(waiting.bytes, leastBytes)),
    };
  }

  /** A batch of this many files has failed. */
  shrink(files: number): void {
    this.#maxFiles = Math.max(1, Math.min(this.#maxFiles, Math.floor(files / shrinkBy)));
  }

  /** A batch has gone in. */
  grow(): void {
    this.#maxBytes = Math.min(this.#most.maxBytes, 2 * this.#maxBytes);
    if (this.#maxFiles >= usualFiles && !this.#isRoomy()) return;
    const files = Math.min(2 * this.#maxFiles, this.#maxFiles + growByFiles);
    this.#maxFiles = Math.min(this.#most.maxFiles, files);
  }
  #partOf(all: number, least: number): number {
    return Math.ceil(all / Math.max(1, Math.min(this.#workers, Math.floor(all / least))));
  }
}
