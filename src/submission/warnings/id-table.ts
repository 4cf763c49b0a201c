/** So many ids are remembered of a submission, of all its lists together. */
export const maxIds = 1_000_000;

/**
 * Remembers ids in little memory, which is bounded: the first as they are, of others a digest of eight bytes. No
 * submitter can choose ids that look alike, since what the digests begin with is drawn anew by each process.
 */
export class IdTable {
  readonly #room: Room;
  readonly #near = new Set<string>();
  #nearLength = 0;
  /** Pairs of two halves of a digest; a first half of 0 is an empty slot. */
  #slots = new Int32Array(0);
  #count = 0;
  #isWhole = true;
  #first = 0;
  #second = 0;

  /** `room`: how many more ids may be remembered; several tables may share it. */
  constructor(room: Room = { ids: maxIds }) {
    this.#room = room;
  }

  /** Whether all that were added are remembered. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Remembers an id. True when it was remembered before. */
  add(id: string): boolean {
    if (this.#near.has(id)) return true;
    if (this.#nearLength + id.length <= maxNearLength && this.#room.ids > 0) {
      this.#near.add(id);
      this.#nearLength += id.length;
      this.#room.ids -= 1;
      return false;
    }
    return this.#addDigest(id);
  }

  /** Whether an id is remembered. */
  has(id: string): boolean {
    if (this.#near.has(id)) return true;
    if (this.#count === 0) return false;
    this.#digest(id);
    const at = this.#find();
    return at >= 0 && this.#slots[at] !== 0;
  }

  #addDigest(id: string): boolean {
    if (this.#count === 0) this.#slots = new Int32Array(2 * firstSlots);
    this.#digest(id);
    const at = this.#find();
    if (at >= 0 && this.#slots[at] !== 0) return true;
    if (at < 0 || this.#room.ids <= 0) {
      this.#isWhole = false;
      return false;
    }
    this.#slots[at] = this.#first;
    this.#slots[at + 1] = this.#second;
    this.#count += 1;
    this.#room.ids -= 1;
    // Half of the slots are empty, so that most ids are where they are looked for first.
    if (4 * this.#count > this.#slots.length) this.#grow();
    return false;
  }

  /** The slot that has the digest, or the empty one that is for it; -1 where neither is near. */
  #find(): number {
    const slots = this.#slots;
    const mask = slots.length - 2;
    let at = (2 * this.#second) & mask;
    for (let step = 0; step < maxSteps; step++) {
      const first = slots[at];
      if (first === 0 || (first === this.#first && slots[at + 1] === this.#second)) return at;
      at = (at + 2) & mask;
    }
    return -1;
  }

  #grow(): void {
    const former = this.#slots;
    this.#slots = new Int32Array(2 * former.length);
    for (let from = 0; from < former.length; from += 2) {
      if (former[from] === 0) continue;
      this.#first = former[from] as number;
      this.#second = former[from + 1] as number;
      const at = this.#find();
      if (at < 0) this.#isWhole = false;
      else this.#slots.set([this.#first, this.#second], at);
    }
  }

  #digest(id: string): void {
    let first = seeds[0] as number;
    let second = seeds[1] as number;
    for (let place = 0; place < id.length; place++) {
      const unit = id.charCodeAt(place);
      first = Math.imul(first ^ unit, 0x9e3779b1);
      second = Math.imul(second ^ unit, 0x5f356495);
    }
    first = Math.imul(first ^ (first >>> 16), 0x85ebca6b) ^ (second >>> 13);
    this.#first = first === 0 ? 1 : first;
    this.#second = Math.imul(second ^ (second >>> 15), 0xc2b2ae35) ^ (first >>> 16);
  }
}

// --- internal ---

interface Room {
  ids: number;
}

/** So many characters of ids are kept as they are: that is faster, as long as they are few. */
const maxNearLength = 1 << 20;
const firstSlots = 1024;
/** An id is looked for in so many slots: one that finds no place there is not remembered. */
const maxSteps = 64;
const seeds = crypto.getRandomValues(new Int32Array(2));
