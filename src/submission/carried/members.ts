import { closeBrace, comma, endOfText, endOfValue, quote } from "../json/bytes.ts";

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
