import { byteKinds, closeBrace, comma, endOfText, quote } from "../json/bytes.ts";

/** Where a member of an object stands in compact text: its name with the quotes, and its value. */
export interface CompactMember {
  readonly key: number;
  readonly start: number;
  readonly end: number;
}

/** Visits the members of an object whose bracket opens at `open`: millions leave no garbage. */
export function eachMember(
  bytes: Uint8Array,
  open: number,
  visit: (key: number, start: number, end: number) => void,
): void {
  let key = open + 1;
  while (bytes[key] !== closeBrace) {
    const start = endOfText(bytes, key + 1) + 1;
    const end = endOfValue(bytes, start);
    visit(key, start, end);
    key = bytes[end] === comma ? end + 1 : end;
  }
}

/** Visits values that stand one after the other, from a place on. */
export function eachValue(
  bytes: Uint8Array,
  from: number,
  to: number,
  visit: (start: number, end: number) => void,
): void {
  for (let start = from; start < to; ) {
    const end = endOfValue(bytes, start);
    visit(start, end);
    start = end + 1;
  }
}

/** Whether the name at a place is this one, which is written without escapes. */
export function isNamed(bytes: Uint8Array, key: number, name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    if (bytes[key + 1 + at] !== name.charCodeAt(at)) return false;
  }
  return bytes[key + 1 + name.length] === quote;
}

/** The place behind the value that begins at a place of compact text. */
export function endOfValue(bytes: Uint8Array, start: number): number {
  if (bytes[start] === quote) return endOfText(bytes, start + 1);
  let at = start;
  let depth = 0;
  while (at < bytes.length) {
    const kind = byteKinds[bytes[at] as number];
    if (kind === 4) {
      at = endOfText(bytes, at + 1);
      continue;
    }
    if (kind === 1) depth++;
    else if (kind === 2 && --depth <= 0) return depth < 0 ? at : at + 1;
    else if (kind === 3 && depth === 0) return at;
    at++;
  }
  return at;
}
