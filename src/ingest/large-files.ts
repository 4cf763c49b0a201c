import { type InHandNote, noteInHand, readInHand } from "../spool/in-hand-file.ts";
import type { SpoolFile } from "../spool/spool.ts";
import { maxCrashes } from "./suspects.ts";

/** Submissions that are large may be in hand together up to this: memory is many times as much. */
const maxBytesTogether = 64 << 20;

interface LargeFilesOptions {
  root: string;
  /** A file of more bytes is large: it is alone in its batch. */
  largeBytes: number;
}

/**
 * Keeps watch over submissions that may take the whole program along, by the memory that they need: few
 * at once, and each noted on the disk while it is in hand. Where the program was ended with one in hand,
 * the next start lets it wait for its neighbours, and refuses it at the third time.
 */
export class LargeFiles {
  readonly #options: LargeFilesOptions;
  readonly #inHand = new Map<string, SpoolFile>();
  /** Those that were in hand when the program was ended, by name. */
  readonly #accused = new Map<string, InHandNote>();

  /** Throws `SpoolFault` where the note of the last run cannot be read. */
  constructor(options: LargeFilesOptions) {
    this.#options = options;
    for (const note of readInHand(options.root)) {
      this.#accused.set(note.name, { ...note, deaths: note.deaths + 1 });
    }
  }

  /** At how many ends of the program a file was in hand; another one of that name was at none. */
  deathsOf({ name, bytes, inode }: SpoolFile): number {
    const note = this.#accused.get(name);
    return note?.bytes === bytes && note.inode === inode ? note.deaths : 0;
  }

  isGuilty(file: SpoolFile): boolean {
    return this.deathsOf(file) >= maxCrashes;
  }

  /** Whether a file must wait until others are no longer in hand. */
  mustWait(file: SpoolFile): boolean {
    if (!this.#isLarge(file) || this.#inHand.size === 0) return false;
    const together = [file, ...this.#inHand.values()];
    const bytes = together.reduce((sum, one) => sum + one.bytes, 0);
    return bytes > maxBytesTogether || together.some((one) => this.deathsOf(one) > 0);
  }

  /** A batch is handed out. Throws `SpoolFault`; it is in hand even so. */
  take(files: readonly SpoolFile[]): void {
    const large = files.filter((file) => this.#isLarge(file));
    if (large.length === 0) return;
    for (const file of large) this.#inHand.set(file.name, file);
    this.#note();
  }

  /** A batch is no longer in hand. Throws `SpoolFault`; it is released even so. */
  release(files: readonly SpoolFile[]): void {
    if (this.#inHand.size === 0) return;
    const large = files.filter(({ name }) => this.#inHand.delete(name));
    if (large.length === 0) return;
    for (const { name } of large) this.#accused.delete(name);
    this.#note();
  }

  #isLarge({ bytes }: SpoolFile): boolean {
    return bytes > this.#options.largeBytes;
  }

  #note(): void {
    const notes = [...this.#inHand.values()].map((file) => ({
      ...file,
      deaths: this.deathsOf(file),
    }));
    noteInHand(this.#options.root, notes);
  }
}
