import {
  closeBrace,
  closeBracket,
  comma,
  endOfText,
  openBrace,
  openBracket,
  quote,
} from "../json/bytes.ts";

/** What a walk meets in compact text, in its order. */
export interface Walker {
  open(isObject: boolean): void;
  close(): void;
  /** A name, with its quotes. */
  key(start: number, end: number): void;
  /** A text, with its quotes. */
  text(start: number, end: number): void;
  number(start: number, end: number): void;
  /** True, false or null. */
  word(start: number, end: number): void;
}

/** Goes through a value in compact text, which is known to be JSON. */
export function walk(bytes: Uint8Array, walker: Walker): void {
  /** Of each open bracket: 1 for an object. */
  const open: number[] = [];
  let at = 0;
  let isKey = false;
  while (at < bytes.length) {
    const code = bytes[at] as number;
    if (code === openBrace || code === openBracket) {
      isKey = code === openBrace;
      open.push(isKey ? 1 : 0);
      walker.open(isKey);
      at++;
    } else if (code === closeBrace || code === closeBracket) {
      open.pop();
      walker.close();
      at++;
    } else if (code === comma) {
      isKey = open[open.length - 1] === 1;
      at++;
    } else if (code === quote) {
      const end = endOfText(bytes, at + 1);
      if (isKey) walker.key(at, end);
      else walker.text(at, end);
      at = isKey ? end + 1 : end;
      isKey = false;
    } else if (code === 0x2d || code <= 0x39) {
      const end = endOfNumber(bytes, at + 1);
      walker.number(at, end);
      at = end;
    } else {
      const end = at + (code === 0x66 ? 5 : 4);
      walker.word(at, end);
      at = end;
    }
  }
}

// --- internal ---

function endOfNumber(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const code = bytes[at] as number;
    if (code === comma || code === closeBrace || code === closeBracket) return at;
    at++;
  }
  return at;
}
