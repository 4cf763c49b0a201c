import { backslash, comma, endOfText, freeBytes, quote } from "../json/bytes.ts";

/** So few names are held against each other; more go into a table. */
const few = 8;
/** Names that fall into one place of the table too often were made to; then there is no quick answer. */
const maxProbes = 64;
const seed = (Math.random() * 2 ** 32) | 0;
/** The greatest number that JavaScript takes for a place when it is a name. */
const lastIndex = 2 ** 32 - 2;
const noIndex = 2 ** 32 - 1;

/** What came of the members of an object. */
export interface Settled {
  /** The byte behind the last of them. */
  readonly end: number;
  readonly hasRepeats: boolean;
  /** Bytes that had to be moved; none where all was in order. */
  readonly movedBytes: number;
}

/**
 * Whether a few members are as they are to be: `count` names from `first` on, of which none begins with a digit.
 * Small objects come by the million, and leave no garbage.
 */
export function areSettled(
  bytes: Uint8Array,
  keys: Uint32Array,
  first: number,
  count: number,
): boolean {
  if (count > few) return false;
  for (let at = first + 1; at < first + count; at++) {
    for (let before = first; before < at; before++) {
      if (isEqual(bytes, keys[before] as number, keys[at] as number)) return false;
    }
  }
  return true;
}

/**
 * Brings the members of an object, in place, to those that a parser leaves and to the order in which JavaScript has
 * them: of equal names the last counts, in the place of the first; names that are numbers come first. `keys` are the
 * places of their names, and `end` is behind the last member; both are of compact text. Undefined where it would
 * take too long, as where more than `maxMovedBytes` were to be moved.
 */
export function settleMembers(
  bytes: Uint8Array,
  keys: Uint32Array,
  end: number,
  hasDigits: boolean,
  maxMovedBytes = Infinity,
): Settled | undefined {
  const count = keys.length;
  if (count <= few) {
    const firsts = firstOfFew.subarray(0, count);
    const hasRepeats = compareAll(bytes, keys, firsts);
    return settle(bytes, keys, firsts, hasRepeats, end, hasDigits, maxMovedBytes);
  }
  const firsts = new Uint32Array(count);
  const table = new Uint32Array(2 ** Math.ceil(Math.log2(2 * count)));
  const hasRepeats = compareMany(bytes, keys, firsts, table);
  freeBytes(table);
  const settled = settle(bytes, keys, firsts, hasRepeats, end, hasDigits, maxMovedBytes);
  freeBytes(firsts);
  return settled;
}

// --- internal ---

function settle(
  bytes: Uint8Array,
  keys: Uint32Array,
  firsts: Uint32Array,
  hasRepeats: boolean | undefined,
  end: number,
  hasDigits: boolean,
  maxMovedBytes: number,
): Settled | undefined {
  if (hasRepeats === undefined) return undefined;
  if (!hasRepeats && !hasDigits) return { end, hasRepeats, movedBytes: 0 };
  const order = orderOf(bytes, keys, firsts);
  const isInOrder = !hasRepeats && order.every((at, place) => at === place);
  const movedBytes = isInOrder ? 0 : end - (keys[0] as number);
  const isMoved = movedBytes > 0 && movedBytes <= maxMovedBytes;
  const moved = isMoved ? rearrange(bytes, keys, end, firsts, order) : end;
  freeBytes(order);
  return movedBytes > maxMovedBytes ? undefined : { end: moved, hasRepeats, movedBytes };
}

const firstOfFew = new Uint32Array(few);

/** Notes for each name the first one that is equal. Says whether there are others than themselves. */
function compareAll(bytes: Uint8Array, keys: Uint32Array, firsts: Uint32Array): boolean {
  let hasRepeats = false;
  for (let at = 0; at < keys.length; at++) {
    firsts[at] = at;
    for (let before = 0; before < at; before++) {
      if (!isEqual(bytes, keys[before] as number, keys[at] as number)) continue;
      firsts[at] = before;
      hasRepeats = true;
      break;
    }
  }
  return hasRepeats;
}

function compareMany(
  bytes: Uint8Array,
  keys: Uint32Array,
  firsts: Uint32Array,
  table: Uint32Array,
): boolean | undefined {
  let hasRepeats = false;
  const mask = table.length - 1;
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as number;
    firsts[at] = at;
    let probes = 0;
    for (let place = hashOf(bytes, key) & mask; ; place = (place + 1) & mask) {
      const found = (table[place] as number) - 1;
      if (found < 0) {
        table[place] = at + 1;
        break;
      }
      if (isEqual(bytes, keys[found] as number, key)) {
        firsts[at] = found;
        hasRepeats = true;
        break;
      }
      if (++probes > maxProbes) return undefined;
    }
  }
  return hasRepeats;
}

function hashOf(bytes: Uint8Array, key: number): number {
  let hash = seed;
  for (let at = key + 1; bytes[at] !== quote; at++) {
    if (bytes[at] === backslash) hash = Math.imul(hash ^ (bytes[at++] as number), 0x01000193);
    hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** Whether two names are equal; in compact text each is written in one way. */
function isEqual(bytes: Uint8Array, one: number, other: number): boolean {
  let at = 1;
  while (true) {
    const code = bytes[one + at];
    if (code !== bytes[other + at]) return false;
    if (code === quote) return true;
    if (code === backslash && bytes[one + ++at] !== bytes[other + at]) return false;
    at++;
  }
}

/** The first of each name, in the order that JavaScript has them. */
function orderOf(bytes: Uint8Array, keys: Uint32Array, firsts: Uint32Array): Uint32Array {
  const indexes = new Uint32Array(keys.length);
  const order = new Uint32Array(keys.length);
  let numbered = 0;
  for (let at = 0; at < keys.length; at++) {
    indexes[at] = indexOf(bytes, keys[at] as number);
    if (firsts[at] === at && indexes[at] !== noIndex) order[numbered++] = at;
  }
  sortByIndex(order.subarray(0, numbered), indexes);
  let count = numbered;
  for (let at = 0; at < keys.length; at++) {
    if (firsts[at] === at && indexes[at] === noIndex) order[count++] = at;
  }
  freeBytes(indexes);
  return order.subarray(0, count);
}

/** Sorts by half of the bits after the other: a function that compares needs many times the memory. */
function sortByIndex(order: Uint32Array, indexes: Uint32Array): void {
  if (order.length <= few) {
    order.sort((a, b) => (indexes[a] as number) - (indexes[b] as number));
    return;
  }
  const other = new Uint32Array(order.length);
  for (const shift of [0, 16]) {
    const ends = new Uint32Array(2 ** 16 + 1);
    const halfAt = (at: number) => ((indexes[at] as number) >>> shift) & 0xffff;
    const [from, to] = shift === 0 ? [order, other] : [other, order];
    for (let place = 0; place < from.length; place++) {
      (ends[halfAt(from[place] as number) + 1] as number)++;
    }
    for (let half = 1; half < ends.length; half++) {
      (ends[half] as number) += ends[half - 1] as number;
    }
    for (let place = 0; place < from.length; place++) {
      const at = from[place] as number;
      to[(ends[halfAt(at)] as number)++] = at;
    }
  }
  freeBytes(other);
}

/** `order` and `firsts` are of no use afterwards. */
function rearrange(
  bytes: Uint8Array,
  keys: Uint32Array,
  end: number,
  firsts: Uint32Array,
  order: Uint32Array,
): number {
  const lasts = new Uint32Array(keys.length);
  for (let at = 0; at < keys.length; at++) lasts[firsts[at] as number] = at;
  for (let place = 0; place < order.length; place++) {
    order[place] = lasts[order[place] as number] as number;
  }
  freeBytes(lasts);
  if (keys.length > few) freeBytes(firsts);
  const start = keys[0] as number;
  const before = new Uint8Array(end - start);
  before.set(bytes.subarray(start, end));
  let to = start;
  for (const last of order) {
    const memberEnd = last + 1 < keys.length ? (keys[last + 1] as number) - 1 : end;
    if (to > start) bytes[to++] = comma;
    // Millions of short ones leave no garbage.
    for (let from = (keys[last] as number) - start; from < memberEnd - start; from++) {
      bytes[to++] = before[from] as number;
    }
  }
  freeBytes(before);
  return to;
}

/** The place that a name stands for in JavaScript; `noIndex` for any other. */
function indexOf(bytes: Uint8Array, key: number): number {
  const end = endOfText(bytes, key + 1) - 1;
  const digits = end - key - 1;
  if (digits < 1 || digits > 10 || (digits > 1 && bytes[key + 1] === 0x30)) return noIndex;
  let index = 0;
  for (let at = key + 1; at < end; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return noIndex;
    index = index * 10 + digit;
  }
  return index <= lastIndex ? index : noIndex;
}
