/** So many ids are remembered of a submission, of all its lists together. */
export const maxIds = 1_000_000;

/**
 * Remembers ids in little memory, which is bounded: a few as they are, many as digests of eight bytes. No submitter can
 * choose ids that look alike, since what the digests begin with is drawn anew by each process.
 */
export class IdTable {
  readonly #room: Room;
  /** The ids themselves, as long as they are few: that is faster. */
  #few: Set<string> | undefined = new Set();
  #fewLength = 0;
  readonly #firstSlots: number;
  /** Pairs of two halves of a digest; a first half of 0 is an empty slot. */
  #slots = new Int32Array(0);
  #count = 0;
  #isWhole = true;
  #first = 0;
  #second = 0;

  /** `room`: how many more ids may be remembered; several tables may share it. `expected`: about how many come. */
  constructor(room: Room = { ids: maxIds }, expected = 0) {
    this.#room = room;
    this.#firstSlots =
      2 ** Math.ceil(Math.log2(2 * Math.max(leastIds, Math.min(expected, maxIds))));
  }

  /** Whether all that were added are remembered. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Remembers an id. True when it was remembered before. */
  add(id: string): boolean {
    const at = this.#few ? -1 : this.#find(id);
    if (this.#few ? this.#few.has(id) : at >= 0 && this.#slots[at] !== 0) return true;
    if (this.#room.ids <= 0 || (!this.#few && at < 0)) {
      this.#isWhole = false;
      return false;
    }
    this.#room.ids -= 1;
    if (this.#few) {
      this.#few.add(id);
      this.#fewLength += id.length;
      if (this.#fewLength > maxFewLength) this.#digestFew(this.#few);
    } else this.#enter(at);
    return false;
  }

  /** Whether an id is remembered. */
  has(id: string): boolean {
    if (this.#few) return this.#few.has(id);
    const at = this.#find(id);
    return at >= 0 && this.#slots[at] !== 0;
  }

  #digestFew(few: ReadonlySet<string>): void {
    this.#few = undefined;
    this.#slots = new Int32Array(2 * this.#firstSlots);
    for (const id of few) this.#enter(this.#find(id));
  }

  /** Remembers the digest at hand, which was looked for. */
  #enter(at: number): void {
    if (at < 0) {
      this.#isWhole = false;
      return;
    }
    this.#slots[at] = this.#first;
    this.#slots[at + 1] = this.#second;
    this.#count += 1;
    // Half of the slots are empty, so that most ids are where they are looked for first.
    if (4 * this.#count > this.#slots.length) this.#grow();
  }

  #grow(): void {
    const former = this.#slots;
    this.#slots = new Int32Array(2 * former.length);
    for (let from = 0; from < former.length; from += 2) {
      const first = former[from] as number;
      if (first === 0) continue;
      const second = former[from + 1] as number;
      const at = slotOf(this.#slots, first, second);
      if (at < 0) this.#isWhole = false;
      else {
        this.#slots[at] = first;
        this.#slots[at + 1] = second;
      }
    }
  }

  /** The slot that has the digest of an id, or the empty one that is for it; -1 where neither is near. */
  #find(id: string): number {
    let first = firstSeed;
    let second = secondSeed;
    for (let place = 0; place < id.length; place++) {
      const unit = id.charCodeAt(place);
      first = Math.imul(first ^ unit, 0x9e3779b1);
      second = Math.imul(second ^ unit, 0x5f356495);
    }
    first = Math.imul(first ^ (first >>> 16), 0x85ebca6b) ^ (second >>> 13);
    second = Math.imul(second ^ (second >>> 15), 0xc2b2ae35) ^ (first >>> 16);
    if (first === 0) first = 1;
    this.#first = first;
    this.#second = second;
    return slotOf(this.#slots, first, second);
  }
}

// --- internal ---

function slotOf(slots: Int32Array, first: number, second: number): number {
  const mask = slots.length - 2;
  let at = (2 * second) & mask;
  for (let step = 0; step < maxSteps; step++) {
    const there = slots[at];
    if (there === 0 || (there === first && slots[at + 1] === second)) return at;
    at = (at + 2) & mask;
  }
  return -1;
}

interface Room {
  ids: number;
}

/** So many characters of ids are few. */
const maxFewLength = 1 << 16;
const leastIds = 2_000;
/** An id is looked for in so many slots: one that finds no place there is not remembered. */
const maxSteps = 64;
const [firstSeed = 0, secondSeed = 0] = crypto.getRandomValues(new Int32Array(2));
