import { comma, freeBytes } from "../json/bytes.ts";
import { areEqualNames, hashOfName, indexOfName, noIndex } from "./names.ts";

/** So few names are held against each other; more are sorted. */
const few = 8;
/** Different names of one hash were made to have it; then there is no quick answer. */
const maxAlike = 64;
/** Instead of the place of a value: the name came before. */
const isRepeat = 2 ** 32 - 1;
/** Objects within each other may each move all that is in them: so often all bytes may be moved. */
const maxMoves = 32;

/**
 * Brings the members of objects, in place, to those that a parser leaves and to the order in which JavaScript has
 * them: of equal names the last counts, in the place of the first; names that are numbers come first. The memory that
 * it takes serves all objects of a text, so that small ones, which come by the million, leave no garbage.
 */
export class Settler {
  readonly #bytes: Uint8Array;
  #keys: Uint32Array = new Uint32Array(0);
  #first = 0;
  #count = 0;
  /** Two numbers for each name, its place and what it is sorted by; later the places alone, in their order. */
  #pairs = new Uint32Array(0);
  /** For each name the place of the value that counts for it, once one has come again. */
  #lasts = new Uint32Array(0);
  #fresh = new Uint8Array(0);
  #maxMovedBytes: number;
  #isRepeated = false;
  /** Whether some object had several members of one name. */
  hasRepeats = false;

  /** `bytes` are compact text, as far as objects are settled. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#maxMovedBytes = maxMoves * bytes.length;
  }

  /** Gives back the memory. */
  close(): void {
    for (const list of [this.#pairs, this.#lasts, this.#fresh]) freeBytes(list);
  }

  /**
   * Settles an object whose names are at the places `keys`, `count` of them from `first` on, and whose last member ends
   * at `end`. `hasDigits` says whether a name begins with one. Answers where the last member ends then; -1 where it
   * would take too long.
   */
  settle(keys: Uint32Array, first: number, count: number, end: number, hasDigits: boolean): number {
    this.#keys = keys;
    this.#first = first;
    this.#count = count;
    this.#isRepeated = false;
    if (!(count <= few ? this.#compareAll() : this.#compareMany())) return -1;
    this.hasRepeats ||= this.#isRepeated;
    if (!this.#isRepeated && !hasDigits) return end;
    const left = this.#putInOrder(hasDigits);
    if (!this.#isRepeated && this.#isInOrder()) return end;
    this.#maxMovedBytes -= end - this.#keyAt(0);
    return this.#maxMovedBytes < 0 ? -1 : this.#move(left, end);
  }

  #keyAt(at: number): number {
    return this.#keys[this.#first + at] as number;
  }

  #compareAll(): true {
    for (let at = 1; at < this.#count; at++) {
      for (let before = 0; before < at; before++) {
        if (!areEqualNames(this.#bytes, this.#keyAt(before), this.#keyAt(at))) continue;
        this.#noteRepeat(before, at);
        break;
      }
    }
    return true;
  }

  /** False where a great many names have one hash. */
  #compareMany(): boolean {
    this.#makeRoom();
    const pairs = this.#pairs;
    const count = this.#count;
    for (let at = 0; at < count; at++) {
      pairs[2 * at] = at;
      pairs[2 * at + 1] = hashOfName(this.#bytes, this.#keyAt(at));
    }
    sortPairs(pairs, count);
    for (let from = 0; from < count; ) {
      const hash = pairs[2 * from + 1];
      let to = from + 1;
      while (to < count && pairs[2 * to + 1] === hash) to++;
      if (to > from + 1 && !this.#compareAlike(from, to)) return false;
      from = to;
    }
    return true;
  }

  /** Holds names of one hash against each other; those that are the first of their kind gather in front. */
  #compareAlike(from: number, to: number): boolean {
    const pairs = this.#pairs;
    let behind = from;
    for (let next = from; next < to; next++) {
      const at = pairs[2 * next] as number;
      const key = this.#keyAt(at);
      let one = from;
      while (
        one < behind &&
        !areEqualNames(this.#bytes, this.#keyAt(pairs[2 * one] as number), key)
      ) {
        one++;
      }
      if (one < behind) this.#noteRepeat(pairs[2 * one] as number, at);
      else if (behind - from === maxAlike) return false;
      else pairs[2 * behind++] = at;
    }
    return true;
  }

  #noteRepeat(first: number, at: number): void {
    if (!this.#isRepeated) {
      this.#isRepeated = true;
      this.#lasts = roomFor(this.#lasts, Uint32Array, this.#count);
      for (let i = 0; i < this.#count; i++) this.#lasts[i] = i;
    }
    this.#lasts[first] = at;
    this.#lasts[at] = isRepeat;
  }

  #makeRoom(): void {
    this.#pairs = roomFor(this.#pairs, Uint32Array, 2 * this.#count);
  }

  /** Puts the first of each name into the order that JavaScript has; answers how many there are. */
  #putInOrder(hasDigits: boolean): number {
    this.#makeRoom();
    const pairs = this.#pairs;
    const count = this.#count;
    let numbered = 0;
    for (let at = 0; hasDigits && at < count; at++) {
      if (!this.#isFirst(at)) continue;
      const index = this.#indexAt(at);
      if (index === noIndex) continue;
      pairs[2 * numbered] = at;
      pairs[2 * numbered++ + 1] = index;
    }
    sortPairs(pairs, numbered);
    let left = 0;
    while (left < numbered) pairs[left] = pairs[2 * left++] as number;
    for (let at = 0; at < count; at++) {
      const isNamed = !hasDigits || this.#indexAt(at) === noIndex;
      if (isNamed && this.#isFirst(at)) pairs[left++] = at;
    }
    return left;
  }

  #indexAt(at: number): number {
    return indexOfName(this.#bytes, this.#keyAt(at));
  }

  #isFirst(at: number): boolean {
    return !this.#isRepeated || this.#lasts[at] !== isRepeat;
  }

  #isInOrder(): boolean {
    for (let at = 0; at < this.#count; at++) if (this.#pairs[at] !== at) return false;
    return true;
  }

  /** Millions of short members leave no garbage: bytes are copied one by one. */
  #move(left: number, end: number): number {
    const bytes = this.#bytes;
    const start = this.#keyAt(0);
    this.#fresh = roomFor(this.#fresh, Uint8Array, end - start);
    const fresh = this.#fresh;
    let length = 0;
    for (let place = 0; place < left; place++) {
      const name = this.#pairs[place] as number;
      const at = this.#isRepeated ? (this.#lasts[name] as number) : name;
      const memberEnd = at + 1 < this.#count ? this.#keyAt(at + 1) - 1 : end;
      if (length > 0) fresh[length++] = comma;
      for (let from = this.#keyAt(at); from < memberEnd; from++) {
        fresh[length++] = bytes[from] as number;
      }
    }
    for (let at = 0; at < length; at++) bytes[start + at] = fresh[at] as number;
    return start + length;
  }
}

// --- internal ---

/** A list with so much room at least; what was in it is lost. What is not used of it takes no memory. */
function roomFor<List extends Uint8Array | Uint32Array>(
  list: List,
  Kind: new (length: number) => List,
  length: number,
): List {
  if (length <= list.length) return list;
  freeBytes(list);
  return new Kind(Math.max(length, 2 * list.length, 64));
}

/** Sorts pairs by their second numbers, and by the first where those are equal. */
function sortPairs(pairs: Uint32Array, count: number): void {
  if (count > few) {
    // The second number is the upper half: all machines that this runs on have the lower one first.
    new BigUint64Array(pairs.buffer, 0, count).sort();
    return;
  }
  for (let at = 1; at < count; at++) {
    const place = pairs[2 * at] as number;
    const by = pairs[2 * at + 1] as number;
    let to = at;
    for (; to > 0 && (pairs[2 * to - 1] as number) > by; to--) {
      pairs[2 * to] = pairs[2 * to - 2] as number;
      pairs[2 * to + 1] = pairs[2 * to - 1] as number;
    }
    pairs[2 * to] = place;
    pairs[2 * to + 1] = by;
  }
}
