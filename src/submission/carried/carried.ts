import { parseExactly } from "../../base/raw-json.ts";
import { backslash, openBrace, openBracket } from "../json/bytes.ts";
import { digestOfText } from "./digest.ts";
import type { Hold } from "./hold.ts";
import { type CompactMember, eachMember, isNamed } from "./members.ts";
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

/**
 * An object or a list that is only carried through: its compact text in place of JavaScript's objects. It has the members that
 * are asked for by name, and can be given others.
 */
export class Carried {
  [name: string]: unknown;
  #held: Uint8Array | undefined;
  readonly #hold: Hold | undefined;
  readonly #length: number;
  readonly #isList: boolean;
  readonly #given = new Map<string, { member: CompactMember; value: unknown }>();
  #facts: CarriedFacts | undefined;
  #digest: string | undefined;

  /** `bytes` are compact text of it; of the members of an object those of these names are there. They lie in `hold`. */
  constructor(bytes: Uint8Array, names: readonly string[], hold?: Hold) {
    this.#held = bytes;
    this.#hold = hold;
    hold?.add();
    this.#length = bytes.length;
    this.#isList = bytes[0] === openBracket;
    if (names.length === 0 || this.#isList) return;
    eachMember(bytes, 0, (key, start, end) => {
      for (const name of names) {
        if (!isNamed(bytes, key, name)) continue;
        const value = readNamed(bytes.subarray(start, end), hold);
        this.#given.set(name, { member: { key, start, end }, value });
        this[name] = value;
      }
    });
  }

  /** Its compact text, without what it was given since. */
  static bytesOf(carried: Carried): Uint8Array {
    return carried.#bytes;
  }

  /** Bytes of that, also once it was taken. */
  static lengthOf(carried: Carried): number {
    return carried.#length;
  }

  /** Whether it is a list, and no object. */
  static isList(carried: Carried): boolean {
    return carried.#isList;
  }

  /** What there is in it, found when that is first asked for. */
  static factsOf(carried: Carried): CarriedFacts {
    carried.#facts ??= findFacts(carried.#bytes);
    return carried.#facts;
  }

  /** Equal for what is equal, in all likelihood, for no other. */
  static digestOf(carried: Carried): string {
    carried.#digest ??= digestOfText(carried.#bytes);
    return carried.#digest;
  }

  /** As `JSON.stringify` would write it. */
  static textOf(carried: Carried): string {
    return carried.#text();
  }

  /** Gives its text, and lets go of the memory that it lies in: of the rest only what has a name stays. */
  static takeText(carried: Carried): string {
    const text = carried.#text();
    carried.#drop();
    return text;
  }

  /** Lets go of its text: of what there is in it only what was asked for stays known. */
  static close(carried: Carried): void {
    for (const value of Object.values(carried)) if (value instanceof Carried) Carried.close(value);
    carried.#drop();
  }

  #drop(): void {
    if (this.#held) this.#hold?.drop();
    this.#held = undefined;
  }

  /** Throws once it has been taken: a bug. */
  get #bytes(): Uint8Array {
    if (!this.#held) throw new Error("the text of a carried object was taken before");
    return this.#held;
  }

  /** For whoever does not know of carried objects: right, but dear. */
  toJSON(): unknown {
    return parseExactly(this.#text());
  }

  #text(): string {
    const bytes = this.#bytes;
    const pieces: Uint8Array[] = [];
    let from = 0;
    let tail = "";
    for (const [name, value] of Object.entries(this)) {
      const given = this.#given.get(name);
      if (given && given.value === value) continue;
      const text = JSON.stringify(value);
      if (!given) tail += `,${JSON.stringify(name)}:${text}`;
      else {
        pieces.push(bytes.subarray(from, given.member.start), Buffer.from(text));
        from = given.member.end;
      }
    }
    if (pieces.length === 0 && tail === "") return decode(bytes);
    pieces.push(bytes.subarray(from, bytes.length - 1));
    pieces.push(Buffer.from(`${bytes.length > 2 ? tail : tail.slice(1)}}`));
    return decode(Buffer.concat(pieces));
  }
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

// --- internal ---

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** A list or an object that is asked for by name is carried, too. */
function readNamed(bytes: Uint8Array, hold: Hold | undefined): unknown {
  const isOpen = bytes[0] === openBrace || bytes[0] === openBracket;
  return isOpen ? new Carried(bytes, [], hold) : parseExactly(decode(bytes));
}

function findFacts(bytes: Uint8Array): CarriedFacts {
  const finder = new FactFinder(bytes);
  walk(bytes, finder);
  return finder;
}

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

function isDigits(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const code = bytes[at] as number;
    if (code < 0x30 || code > 0x39) return false;
  }
  return end > start;
}

/** Whether the four digits of an escape are those of NUL, or of half a surrogate pair. */
function isBad(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 0x30) return true;
  return bytes[at + 2] === 0x30 && bytes[at + 3] === 0x30;
}
