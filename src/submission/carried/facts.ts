import { backslash } from "../json/bytes.ts";
import { type Walker, walk } from "./walk.ts";

/** What there is in a carried object, as far as the rest is asked. */
export interface CarriedFacts {
  readonly hasNumbers: boolean;
  /** Levels of nesting, its own included. */
  readonly depth: number;
  /** How many members it has. */
  readonly members: number;
  /** Whether a name in it is nothing but digits. */
  readonly hasNumberNames: boolean;
  /** Whether it may hold NUL, or half a surrogate pair. */
  readonly hasBadCharacters: boolean;
  /** Whether it may hold numbers that a database prints longer than they are written, or cannot hold. */
  readonly hasWideNumbers: boolean;
}

/** A number this long may be beyond what a database holds, without any exponent. */
export const wideNumberBytes = 300;

/** Finds what there is in compact text. */
export function findFacts(bytes: Uint8Array): CarriedFacts {
  const finder = new FactFinder(bytes);
  walk(bytes, finder);
  return finder;
}

/** Whether a name or a text in compact text has NUL in it, or half a surrogate pair. */
export function hasBadCharacter(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if (bytes[at] !== backslash) continue;
    at++;
    // In compact text only control characters and half pairs are written so.
    if (bytes[at] === 0x75 && isBad(bytes, at + 1)) return true;
  }
  return false;
}

/** Whether there is nothing but digits between two places. */
export function isDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = bytes[at] as number;
    if (code < 0x30 || code > 0x39) return false;
  }
  return end > start;
}

// --- internal ---

class FactFinder implements Walker, CarriedFacts {
  readonly #bytes: Uint8Array;
  #depth = 0;
  hasNumbers = false;
  depth = 0;
  members = 0;
  hasNumberNames = false;
  hasBadCharacters = false;
  hasWideNumbers = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  open(): void {
    this.#member();
    if (++this.#depth > this.depth) this.depth = this.#depth;
  }

  close(): void {
    this.#depth--;
  }

  key(start: number, end: number): void {
    if (!this.hasNumberNames && isDigits(this.#bytes, start + 1, end - 1)) {
      this.hasNumberNames = true;
    }
    this.#look(start, end);
  }

  text(start: number, end: number): void {
    this.#member();
    this.#look(start, end);
  }

  #look(start: number, end: number): void {
    this.hasBadCharacters ||= hasBadCharacter(this.#bytes, start, end);
  }

  number(start: number, end: number): void {
    this.#member();
    this.hasNumbers = true;
    if (this.hasWideNumbers) return;
    if (end - start >= wideNumberBytes) this.hasWideNumbers = true;
    const bytes = this.#bytes;
    for (let at = start; at < end; at++) {
      if (((bytes[at] as number) | 0x20) === 0x65) this.hasWideNumbers = true;
    }
  }

  word(): void {
    this.#member();
  }

  #member(): void {
    if (this.#depth === 1) this.members++;
  }
}

/** Whether the four digits of an escape are those of NUL, or of half a surrogate pair. */
function isBad(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0x30) return true;
  return bytes[at + 2] === 0x30 && bytes[at + 3] === 0x30;
}
