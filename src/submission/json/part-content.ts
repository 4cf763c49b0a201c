import { byteKinds } from "./bytes.ts";

/** Of a number as any other: 16 digits may be beyond a double. */
const plainDigits = 15;

/** So many names an object may have that others of its kind have, too. */
const sharedNames = 8;

/** What each byte of an object takes in memory, whatever it is. */
export const memoryPerByte = 4.5;

/** Counts what a part of a JSON text has in it, of which its memory depends. */
export class PartContent {
  containers = 0;
  texts = 0;
  /** Texts that are names, about. */
  names = 0;
  #numbers = 0;
  #odd = 0;
  #hasInnerOdd = false;

  /** Looks at a byte of a number, or of a word; `isInner` when it is within an object's own. Answers how far it looked. */
  number(piece: Uint8Array, from: number, kind: number, isInner: boolean): number {
    let i = from;
    if (kind === 7) {
      this.#numbers++;
      while (i < piece.length && byteKinds[piece[i] as number] === 7) i++;
      // Where the piece ends nobody knows how long the number is.
      if (i - from < plainDigits && i < piece.length) return i;
    }
    if (kind === 6 && i > 1 && byteKinds[piece[i - 2] as number] !== 7) return i;
    this.#odd++;
    if (isInner) this.#hasInnerOdd = true;
    return i;
  }

  /**
   * What is known of a part of that many bytes, and that many values. How much memory it takes to read and check it, about and at the most,
   * was measured with lists of 64 MB of one thing; a number that is not plain makes what is around it dear, too.
   */
  factsOf(bytes: number, count: number): { hasOddNumbers: boolean; memoryBytes: number } {
    const container = this.#hasInnerOdd ? 700 : 120;
    const contained = container * this.containers + 30 * this.texts;
    // Objects of a kind share their names; those of one that has a great many may all be different.
    const different = Math.max(0, this.names - sharedNames * this.containers);
    const named = count === 1 ? 270 * different : 0;
    const numbers = 90 * this.#numbers + 120 * this.#odd;
    return {
      hasOddNumbers: this.#hasInnerOdd,
      memoryBytes: Math.ceil(memoryPerByte * bytes + contained + named + numbers),
    };
  }

  /** Begins anew with the next part. */
  reset(): void {
    this.containers = 0;
    this.texts = 0;
    this.names = 0;
    this.#numbers = 0;
    this.#odd = 0;
    this.#hasInnerOdd = false;
  }
}
