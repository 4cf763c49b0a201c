import { leaveBehind } from "../base/garbage.ts";
import { Carried } from "../submission/carried/carried.ts";
import { hasBadCharacter, wideNumberBytes } from "../submission/carried/facts.ts";
import { readText } from "../submission/carried/read-text.ts";
import { type Walker, walk } from "../submission/carried/walk.ts";
import { endOfText } from "../submission/json/bytes.ts";
import { sourceAt } from "./carried-sizes.ts";

type Path = (string | number)[];

/**
 * Takes what could not be held: texts and names with bad characters, and numbers that are long or have an exponent. Where they
 * are is asked for of few: it takes a step for each level.
 */
export interface CarriedVisitor {
  text(value: string, path: () => Path): void;
  number(source: string, path: () => Path): void;
}

/** Goes through what is carried at `path`, in the order of its text. */
export function visitCarried(carried: Carried, path: Path, visitor: CarriedVisitor): void {
  const bytes = Carried.bytesOf(carried);
  walk(bytes, new Finder(bytes, path, visitor));
}

// --- internal ---

/** A longer text is read piece by piece. */
const longBytes = 1 << 16;
/** About what it takes to tell of one text. */
const toldBytes = 1_000;

class Finder implements Walker {
  readonly #bytes: Uint8Array;
  /** The same bytes: what it gives of short texts leaves nothing else behind. */
  readonly #buffer: Buffer;
  readonly #before: Path;
  readonly #visitor: CarriedVisitor;
  /** Of each open bracket: the place of the name, or the place in the list less than 0. */
  readonly #places: number[] = [];
  /** Of each open bracket: the name, once it was asked for. */
  readonly #names: (string | undefined)[] = [];

  constructor(bytes: Uint8Array, before: Path, visitor: CarriedVisitor) {
    this.#bytes = bytes;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#before = before;
    this.#visitor = visitor;
  }

  open(isObject: boolean): void {
    this.#next();
    this.#places.push(isObject ? 0 : -1);
    this.#names.push(undefined);
  }

  close(): void {
    this.#places.pop();
    this.#names.pop();
  }

  key(start: number, end: number): void {
    this.#places[this.#places.length - 1] = start;
    this.#names[this.#names.length - 1] = undefined;
    this.#look(start, end);
  }

  text(start: number, end: number): void {
    this.#next();
    this.#look(start, end);
  }

  #look(start: number, end: number): void {
    if (!hasBadCharacter(this.#bytes, start, end)) return;
    leaveBehind(toldBytes);
    this.#visitor.text(this.#textAt(start, end), this.#path);
  }

  number(start: number, end: number): void {
    this.#next();
    if (!this.#isWide(start, end)) return;
    this.#visitor.number(sourceAt(this.#bytes, start, end), this.#path);
  }

  word(): void {
    this.#next();
  }

  /** In a list the next value begins. */
  #next(): void {
    const last = this.#places.length - 1;
    const place = this.#places[last];
    if (place !== undefined && place < 0) this.#places[last] = place - 1;
  }

  readonly #path = (): Path => [
    ...this.#before,
    ...this.#places.map((place, level) => (place < 0 ? -place - 2 : this.#nameAt(place, level))),
  ];

  /** A name may be long, and have much below it. */
  #nameAt(place: number, level: number): string {
    const name = this.#names[level] ?? this.#textAt(place, endOfText(this.#bytes, place + 1));
    this.#names[level] = name;
    return name;
  }

  #textAt(start: number, end: number): string {
    if (end - start > longBytes) return readText(this.#bytes.subarray(start, end));
    return JSON.parse(this.#buffer.toString("utf8", start, end)) as string;
  }

  #isWide(start: number, end: number): boolean {
    if (end - start >= wideNumberBytes) return true;
    for (let at = start; at < end; at++) {
      if (((this.#bytes[at] as number) | 0x20) === 0x65) return true;
    }
    return false;
  }
}
