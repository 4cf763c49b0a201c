import { backslash, hexAt, quote } from "../json/bytes.ts";

/** Behind a backslash: four digits follow. */
export const unicode = 0x75;
/** Characters that have an escape of their own, by its letter; a slash needs none. */
const short = new Map(
  [..."bfnrt"].map((letter, at) => [letter.charCodeAt(0), [8, 12, 10, 13, 9][at] as number]),
);
const letters = new Map([...short].map(([letter, code]) => [code, letter]));

/** Bytes that an escape takes, and those that were written in its place; none of either where it is no escape. */
export interface Rewritten {
  read: number;
  written: number;
}

/**
 * Writes the escape that begins at `from` to `to`, not behind it, as `JSON.stringify` writes the character: it is
 * never longer.
 */
export function rewriteEscape(bytes: Uint8Array, from: number, to: number, out: Rewritten): void {
  const letter = bytes[from + 1] ?? 0;
  out.read = 2;
  if (letter === quote || letter === backslash || short.has(letter)) {
    bytes[to] = backslash;
    bytes[to + 1] = letter;
    out.written = 2;
    return;
  }
  if (letter === 0x2f) {
    bytes[to] = letter;
    out.written = 1;
    return;
  }
  const code = letter === unicode ? hexAt(bytes, from + 2) : -1;
  if (code < 0) {
    out.read = 0;
    return;
  }
  out.read = 6;
  const isPair = code >= 0xd800 && code < 0xdc00 && isEscape(bytes, from + 6);
  const low = isPair ? hexAt(bytes, from + 8) : -1;
  if (low >= 0xdc00 && low < 0xe000) {
    out.read = 12;
    out.written = putCharacter(bytes, to, 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
  } else out.written = putUnit(bytes, to, code);
}

/**
 * Writes, in place, the characters that the escapes between two places of compact text stand for; half a surrogate
 * pair in three bytes, as if it were a character. Answers where the text ends then.
 */
export function resolveEscapes(bytes: Uint8Array, start: number, end: number): number {
  let to = start;
  for (let from = start; from < end; ) {
    const code = bytes[from++] as number;
    if (code !== backslash) {
      bytes[to++] = code;
      continue;
    }
    const letter = bytes[from++] as number;
    if (letter === unicode) {
      to += putCharacter(bytes, to, hexAt(bytes, from));
      from += 4;
    } else bytes[to++] = short.get(letter) ?? letter;
  }
  return to;
}

/** Bytes that are left of compact text between two places once its escapes are resolved. */
export function resolvedLength(bytes: Uint8Array, start: number, end: number): number {
  let length = end - start;
  for (let at = start; at < end; at++) {
    if (bytes[at] !== backslash) continue;
    const isUnit = bytes[at + 1] === unicode;
    // Of units only control characters and half pairs are written so.
    const isControl = bytes[at + 2] === 0x30;
    length -= isUnit ? (isControl ? 5 : 3) : 1;
    at++;
  }
  return length;
}

// --- internal ---

function isEscape(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === backslash && bytes[at + 1] === unicode;
}

function putUnit(bytes: Uint8Array, to: number, code: number): number {
  const letter = letters.get(code) ?? (code === quote || code === backslash ? code : undefined);
  if (letter !== undefined) {
    bytes[to] = backslash;
    bytes[to + 1] = letter;
    return 2;
  }
  if (code >= 0x20 && (code < 0xd800 || code > 0xdfff)) return putCharacter(bytes, to, code);
  // A control character, or half a surrogate pair.
  bytes[to] = backslash;
  bytes[to + 1] = unicode;
  for (let at = 0; at < 4; at++) {
    bytes[to + 2 + at] = "0123456789abcdef".charCodeAt((code >> (12 - 4 * at)) & 15);
  }
  return 6;
}

function putCharacter(bytes: Uint8Array, to: number, point: number): number {
  if (point < 0x80) {
    bytes[to] = point;
    return 1;
  }
  const more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  bytes[to] = ((0xff00 >> (more + 1)) & 0xff) | (point >> (6 * more));
  for (let at = 1; at <= more; at++) bytes[to + at] = 0x80 | ((point >> (6 * (more - at))) & 0x3f);
  return more + 1;
}
