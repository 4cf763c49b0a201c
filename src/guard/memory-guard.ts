import type { SpoolFile } from "../spool/spool.ts";

/** Submissions that are large may be in hand together up to this: memory is many times as much. */
const maxBytesTogether = 64 << 20;

/** Bounds how much of large submissions is in hand together, by the memory that they need. */
export class MemoryGuard {
  readonly #largeBytes: number;
  readonly #inHand = new Map<string, SpoolFile>();

  /** A file of more than `largeBytes` is large: it is alone in its batch. */
  constructor(largeBytes: number) {
    this.#largeBytes = largeBytes;
  }

  /** Whether a file must wait until others are no longer in hand. */
  mustWait(file: SpoolFile): boolean {
    if (!this.#isLarge(file) || this.#inHand.size === 0) return false;
    const bytes = this.#inHand.values().reduce((sum, one) => sum + one.bytes, file.bytes);
    return bytes > maxBytesTogether;
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
