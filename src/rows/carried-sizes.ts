import { leaveBehind } from "../base/garbage.ts";
import { Carried } from "../submission/carried/carried.ts";
import { resolvedLength } from "../submission/carried/escape.ts";
import { isDigits } from "../submission/carried/facts.ts";
import { type Walker, walk } from "../submission/carried/walk.ts";
import { unitsIn } from "../submission/json/bytes.ts";
import { digitsOf, jsonbLimits, printedLength } from "./jsonb.ts";

/** What a carried object takes in jsonb: its bytes, as `jsonbBytes` counts them, and whether it has too many members. */
export function sizeInJsonb(carried: Carried): {
  readonly bytes: number;
  readonly hasCrowd: boolean;
} {
  const bytes = Carried.bytesOf(carried);
  const sizer = new Sizer(bytes);
  walk(bytes, sizer);
  return sizer;
}

/** What `jsonbTextLength` says of a carried value. */
export function textLengthInJsonb(carried: Carried): number {
  const bytes = Carried.bytesOf(carried);
  const sizer = new TextSizer(bytes);
  walk(bytes, sizer);
  return sizer.length;
}

/** A number as it is written. */
export function sourceAt(bytes: Uint8Array, start: number, end: number): string {
  leaveBehind(sourceBytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("latin1");
}

// --- internal ---

/** About what it takes to look at a number as a text. */
const sourceBytes = 100;
/** Up to so many digits a double is written as it was. */
const plainDigits = 15;

/** Adds up what `jsonbBytes` says of each value. */
class Sizer implements Walker {
  readonly #bytes: Uint8Array;
  bytes = 0;
  hasCrowd = false;
  /** Of each open bracket: how many members it has so far, and how many it may have. */
  readonly #counts: number[] = [];
  readonly #isObject: boolean[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  open(isObject: boolean): void {
    this.#member();
    this.bytes += 12;
    this.#counts.push(0);
    this.#isObject.push(isObject);
  }

  close(): void {
    const count = this.#counts.pop() ?? 0;
    const max = this.#isObject.pop() ? jsonbLimits.objectMembers : jsonbLimits.listMembers;
    if (count > max) this.hasCrowd = true;
  }

  key(start: number, end: number): void {
    this.bytes += 8 + resolvedLength(this.#bytes, start + 1, end - 1);
  }

  text(start: number, end: number): void {
    this.#member();
    this.bytes += 8 + resolvedLength(this.#bytes, start + 1, end - 1);
  }

  number(start: number, end: number): void {
    this.#member();
    this.bytes += 24 + this.#digitBytes(start, end);
  }

  word(): void {
    this.#member();
    this.bytes += 4;
  }

  #member(): void {
    const last = this.#counts.length - 1;
    if (last < 0) return;
    this.bytes += 4;
    this.#counts[last] = (this.#counts[last] as number) + 1;
  }

  /** What the digits take of a number that is not written as a double is. */
  #digitBytes(start: number, end: number): number {
    const bytes = this.#bytes;
    let point = -1;
    for (let at = start; at < end; at++) {
      const code = bytes[at] as number;
      if (code === 0x2e) point = at;
      else if (code < 0x30 || code > 0x39) return this.#exactDigitBytes(start, end);
    }
    if (point < 0 && end - start <= plainDigits) return 0;
    // No double is written with a zero behind the point at the end.
    if (point < 0 || bytes[end - 1] !== 0x30) return this.#exactDigitBytes(start, end);
    const before = bytes[start] === 0x30 ? 0 : point - start;
    return Math.ceil((before + end - point - 1) / 2);
  }

  #exactDigitBytes(start: number, end: number): number {
    if (end - start === 2 && this.#bytes[end - 1] === 0x30) return 0;
    const source = sourceAt(this.#bytes, start, end);
    if (String(Number(source)) === source) return 0;
    const { before, after } = digitsOf(source);
    return Math.ceil((before + after) / 2);
  }
}

/** Adds up what `jsonbTextLength` says of each value. */
class TextSizer implements Walker {
  readonly #bytes: Uint8Array;
  length = 0;
  /** Of each open bracket: how many members it has so far. */
  readonly #counts: number[] = [];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  open(): void {
    this.#member(2);
    this.#counts.push(0);
  }

  close(): void {
    this.#counts.pop();
  }

  key(start: number, end: number): void {
    this.length += 2 + unitsIn(this.#bytes, start, end);
  }

  text(start: number, end: number): void {
    this.#member(unitsIn(this.#bytes, start, end));
  }

  number(start: number, end: number): void {
    const isWhole = isDigits(this.#bytes, start, end);
    this.#member(isWhole ? end - start : printedLength(sourceAt(this.#bytes, start, end)));
  }

  word(start: number, end: number): void {
    this.#member(end - start);
  }

  /** Between two members there are a comma and a space. */
  #member(length: number): void {
    this.length += length;
    const last = this.#counts.length - 1;
    if (last < 0) return;
    if (this.#counts[last] !== 0) this.length += 2;
    this.#counts[last] = 1;
  }
}
