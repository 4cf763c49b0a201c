import type { SpoolFile } from "../spool/spool.ts";

/** Memory that a large file may take: it is read part by part, but one of its objects may be large. */
const bytesOfLarge = 320 << 20;

/** Bounds how many large submissions are in hand together, by the memory that they need. */
export class MemoryGuard {
  readonly #largeBytes: number;
  readonly #mostTogether: number;
  readonly #inHand = new Map<string, SpoolFile>();

  /** A file of more than `largeBytes` is large: it is alone in its batch. `maxMemoryBytes` is for all of them. */
  constructor(largeBytes: number, maxMemoryBytes: number) {
    this.#largeBytes = largeBytes;
    this.#mostTogether = Math.max(1, Math.floor(maxMemoryBytes / bytesOfLarge));
  }

  /** Whether a file must wait until others are no longer in hand. */
  mustWait(file: SpoolFile): boolean {
    return this.#isLarge(file) && this.#inHand.size >= this.#mostTogether;
  }

  /** A batch is handed out. */
  take(files: readonly SpoolFile[]): void {
    for (const file of files) if (this.#isLarge(file)) this.#inHand.set(file.name, file);
  }

  /** A batch is no longer in hand. */
  release(files: readonly SpoolFile[]): void {
    if (this.#inHand.size === 0) return;
    for (const { name } of files) this.#inHand.delete(name);
  }

  #isLarge({ bytes }: SpoolFile): boolean {
    return bytes > this.#largeBytes;
  }
}
