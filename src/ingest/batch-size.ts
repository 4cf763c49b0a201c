import type { BatchLimits } from "./file-queue.ts";

/** How much smaller the batch is that follows a failure: four tries lead from 8,000 files to one. */
const shrinkBy = 8;
/** How much smaller the very first one is: the database is soon at work while the next is prepared. */
const beginWith = 8;
/**
 * The first batches hold at most this many files, and each next one more: a few thousand are
 * prepared and written side by side, and of very many each transaction is large. The more rows the
 * tables have, the more pages a transaction touches, and the fewer of them for each file.
 */
const beginWithFiles = 2_000;
const growByFiles = 500;
/** They grow to this many files, whatever the number of workers. */
const usualFiles = 4_000;
/** They grow further until the process has taken this part of its memory: most is what workers have prepared. */
const roomyPart = 1 / 4;

/**
 * How much goes into a batch: much less after a failure of the database that may pass, so that a
 * submission which brings it about is soon alone; more again with each batch that goes in.
 */
export class BatchSize {
  readonly #most: BatchLimits;
  readonly #isRoomy: () => boolean;
  #maxFiles: number;
  #maxBytes: number;

  /** `isRoomy` says whether there is memory for more than the usual batch. */
  constructor(most: BatchLimits, isRoomy: () => boolean) {
    this.#most = most;
    this.#isRoomy = isRoomy;
    this.#maxFiles = Math.min(most.maxFiles, beginWithFiles);
    this.#maxBytes = most.maxBytes / beginWith;
  }

  get limits(): BatchLimits {
    return { maxFiles: this.#maxFiles, maxBytes: this.#maxBytes };
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
}

/** Says whether the process has had room all the while for more than the usual batch in its memory. */
export function roomIn(maxMemoryBytes: number): () => boolean {
  // In KiB. What it takes now says little: between two batches most of it is free.
  return () => process.resourceUsage().maxRSS * 1024 < roomyPart * maxMemoryBytes;
}
