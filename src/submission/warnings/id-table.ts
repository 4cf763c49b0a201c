/** So many ids are remembered of a submission, of all its lists together. */
export const maxIds = 1_000_000;

/**
 * Remembers ids in little memory, which is bounded: a few as they are, many as digests in a table of fixed size. No
 * submitter can choose ids that look alike, since what the digests begin with is drawn anew by each process; of a
 * million ids one is taken for another in one of thousands of submissions.
 */
export class IdTable {
  readonly #room: Room;
  readonly #expected: number;
  /** The ids themselves, as long as they are few: that is faster. */
  #few: Set<string> | undefined = new Set();
  #fewLength = 0;
  /** One half of each digest, where its other half says; 0 is an empty slot. */
  #slots = new Int32Array(0);
  #count = 0;
  #isWhole = true;
  #digest = 0;

  /** `room`: how many more ids may be remembered; several tables may share it. `expected`: how many come at most. */
  constructor(room: Room, expected: number) {
    this.#room = room;
    this.#expected = expected;
  }

  /** Whether all that were added are remembered. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Remembers an id. True when it was remembered before. */
  add(id: string): boolean {
    const at = this.#few ? -1 : this.#find(id);
    if (this.#few ? this.#few.has(id) : at >= 0 && this.#slots[at] !== 0) return true;
    const hasRoom = this.#few !== undefined || (at >= 0 && 2 * this.#count < this.#slots.length);
    if (this.#room.ids <= 0 || !hasRoom) {
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
    const most = Math.min(Math.max(this.#expected, few.size), maxIds);
    // Half of the slots stay empty, so that most ids are where they are looked for first.
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * most)));
    for (const id of few) {
      const at = this.#find(id);
      if (at < 0) this.#isWhole = false;
      else this.#enter(at);
    }
  }

  #enter(at: number): void {
    this.#slots[at] = this.#digest;
    this.#count += 1;
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
    second = Math.imul(second ^ (second >>> 15), 0xc2b2ae35) ^ (second >>> 16);
    if (first === 0) first = 1;
    this.#digest = first;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = second & mask;
    for (let step = 0; step < maxSteps; step++) {
      const there = slots[at];
      if (there === 0 || there === first) return at;
      at = (at + 1) & mask;
    }
    return -1;
  }
}

// --- internal ---

interface Room {
  ids: number;
}

/** So many characters of ids are few. */
const maxFewLength = 1 << 16;
/** An id is looked for in so many slots: one that finds no place there is not remembered. */
const maxSteps = 64;
const [firstSeed = 0, secondSeed = 0] = crypto.getRandomValues(new Int32Array(2));
