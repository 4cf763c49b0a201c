import {
  backslash,
  closeBrace,
  closeBracket,
  comma,
  freeBytes,
  isSpace,
  openBrace,
  openBracket,
  quote,
} from "../json/bytes.ts";
import { maxDepth } from "../parse-text.ts";
import { rewriteEscape } from "./escape.ts";
import { Settler } from "./settle.ts";

/** What compact text is made of. */
export interface Compact {
  /** Bytes of it. */
  readonly length: number;
  /** How many values it has at its outermost level. */
  readonly count: number;
  /** Whether some object had several members of one name. */
  readonly hasRepeats: boolean;
}

/**
 * Brings values of JSON with commas between them, in place, to the text that comes of parsing and writing them again:
 * without spaces, with no escape that is not needed, of equal names the last, names that are numbers first. Numbers
 * stay as they are written. `odd` is what only a parser can tell of, as very deep nesting.
 */
export function compact(bytes: Uint8Array): Compact | "not-json" | "odd" {
  const compactor = new Compactor(bytes);
  const found = compactor.run();
  compactor.close();
  return found;
}

// --- internal ---

enum Expect {
  Value,
  ValueOrClose,
  Key,
  KeyOrClose,
  CommaOrClose,
}

/** What a name takes at least, with the colon, and the bracket or comma before it. */
const leastNameBytes = 4;

/** By their first byte. */
const words = new Map(
  ["true", "false", "null"].map((word) => [word.charCodeAt(0), Buffer.from(word)]),
);

class Compactor {
  readonly #bytes: Uint8Array;
  /** Where it reads, and where it writes: never behind that. */
  #from = 0;
  #to = 0;
  /** Places of the names in all open objects: there is room for as many as can be, and what is not used takes no memory. */
  readonly #keys: Uint32Array;
  #keyCount = 0;
  /** Of each open bracket: whether it is an object's, its first name, and whether one of its names begins with a digit. */
  readonly #isObject = new Uint8Array(maxDepth + 1);
  readonly #firstKey = new Uint32Array(maxDepth + 1);
  readonly #hasDigits = new Uint8Array(maxDepth + 1);
  readonly #settler: Settler;
  readonly #rewritten = { read: 0, written: 0 };

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#keys = new Uint32Array(Math.ceil(bytes.length / leastNameBytes));
    this.#settler = new Settler(bytes);
  }

  run(): Compact | "not-json" | "odd" {
    const bytes = this.#bytes;
    let expect = Expect.Value;
    let depth = 0;
    let count = 0;
    while (true) {
      while (isSpace(bytes[this.#from] as number)) this.#from++;
      const code = bytes[this.#from];
      const inObject = depth > 0 && this.#isObject[depth] === 1;
      if (code === undefined) {
        if (depth > 0 || expect !== Expect.CommaOrClose) return "not-json";
        return { length: this.#to, count, hasRepeats: this.#settler.hasRepeats };
      }
      if (expect === Expect.CommaOrClose && code === comma) {
        this.#put(code);
        expect = inObject ? Expect.Key : Expect.Value;
      } else if (code === (inObject ? closeBrace : closeBracket)) {
        if (depth === 0 || expect === Expect.Value || expect === Expect.Key) return "not-json";
        if (inObject && !this.#settle(depth)) return "odd";
        this.#put(code);
        depth--;
        expect = Expect.CommaOrClose;
      } else if (expect === Expect.Key || expect === Expect.KeyOrClose) {
        if (!this.#key(depth)) return "not-json";
        expect = Expect.Value;
      } else if (expect === Expect.CommaOrClose) return "not-json";
      else if (code === openBrace || code === openBracket) {
        if (depth === maxDepth) return "odd";
        depth++;
        this.#isObject[depth] = code === openBrace ? 1 : 0;
        this.#firstKey[depth] = this.#keyCount;
        this.#hasDigits[depth] = 0;
        this.#put(code);
        expect = code === openBrace ? Expect.KeyOrClose : Expect.ValueOrClose;
        if (depth === 1) count++;
      } else {
        const isGood =
          code === quote
            ? this.#text()
            : code === 0x2d || isDigit(code)
              ? this.#number()
              : this.#word();
        if (!isGood) return "not-json";
        if (depth === 0) count++;
        expect = Expect.CommaOrClose;
      }
    }
  }

  close(): void {
    freeBytes(this.#keys);
    this.#settler.close();
  }

  #put(code: number): void {
    this.#bytes[this.#to++] = code;
    this.#from++;
  }

  /** Reads a name and the colon behind it. */
  #key(depth: number): boolean {
    const bytes = this.#bytes;
    if (bytes[this.#from] !== quote) return false;
    const start = this.#to;
    this.#keys[this.#keyCount++] = start;
    if (!this.#text()) return false;
    if (isDigit(bytes[start + 1] as number)) this.#hasDigits[depth] = 1;
    while (isSpace(bytes[this.#from] as number)) this.#from++;
    if (bytes[this.#from] !== 0x3a) return false;
    this.#put(0x3a);
    return true;
  }

  /** At the end of an object. False where that cannot be done quickly. */
  #settle(depth: number): boolean {
    const first = this.#firstKey[depth] as number;
    const count = this.#keyCount - first;
    this.#keyCount = first;
    if (count < 2) return true;
    const hasDigits = this.#hasDigits[depth] === 1;
    const end = this.#settler.settle(this.#keys, first, count, this.#to, hasDigits);
    if (end < 0) return false;
    this.#to = end;
    return true;
  }

  #text(): boolean {
    const bytes = this.#bytes;
    const { length } = bytes;
    let from = this.#from + 1;
    let to = this.#to;
    bytes[to++] = quote;
    while (from < length) {
      const code = bytes[from] as number;
      if (code === backslash) {
        rewriteEscape(bytes, from, to, this.#rewritten);
        if (this.#rewritten.read === 0) return false;
        from += this.#rewritten.read;
        to += this.#rewritten.written;
        continue;
      }
      if (code < 0x20) return false;
      bytes[to++] = code;
      from++;
      if (code !== quote) continue;
      this.#from = from;
      this.#to = to;
      return true;
    }
    return false;
  }

  #number(): boolean {
    const bytes = this.#bytes;
    let end = this.#from;
    if (bytes[end] === 0x2d) end++;
    const whole = end;
    end = endOfDigits(bytes, end);
    if (end === whole || (end > whole + 1 && bytes[whole] === 0x30)) return false;
    if (bytes[end] === 0x2e) {
      const fraction = end + 1;
      end = endOfDigits(bytes, fraction);
      if (end === fraction) return false;
    }
    if (((bytes[end] as number) | 0x20) === 0x65) {
      const sign = bytes[end + 1];
      const exponent = end + (sign === 0x2b || sign === 0x2d ? 2 : 1);
      end = endOfDigits(bytes, exponent);
      if (end === exponent) return false;
    }
    this.#copyTo(end);
    return true;
  }

  #word(): boolean {
    const bytes = this.#bytes;
    const start = this.#from;
    const word = words.get(bytes[start] as number);
    if (!word) return false;
    for (let at = 1; at < word.length; at++) if (bytes[start + at] !== word[at]) return false;
    this.#copyTo(start + word.length);
    return true;
  }

  #copyTo(end: number): void {
    const bytes = this.#bytes;
    let to = this.#to;
    // Nothing has been left out yet: all is where it is to be.
    if (to === this.#from) {
      this.#from = end;
      this.#to = end;
      return;
    }
    for (let from = this.#from; from < end; from++) bytes[to++] = bytes[from] as number;
    this.#from = end;
    this.#to = to;
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function endOfDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at] as number)) at++;
  return at;
}
