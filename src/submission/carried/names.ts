import { backslash, endOfText, quote } from "../json/bytes.ts";

const seed = (Math.random() * 2 ** 32) | 0;
/** The greatest number that JavaScript takes for a place when it is a name. */
const lastIndex = 2 ** 32 - 2;
/** Instead of the place that a name stands for. */
export const noIndex = 2 ** 32 - 1;

/** The same for equal names, and nobody knows which for others. */
export function hashOfName(bytes: Uint8Array, key: number): number {
  let hash = seed;
  for (let at = key + 1; bytes[at] !== quote; at++) {
    if (bytes[at] === backslash) hash = Math.imul(hash ^ (bytes[at++] as number), 0x01000193);
    hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return hash ^ (hash >>> 13);
}

/** Whether two names are equal; in compact text each is written in one way. */
export function areEqualNames(bytes: Uint8Array, one: number, other: number): boolean {
  let at = 1;
  while (true) {
    const code = bytes[one + at];
    if (code !== bytes[other + at]) return false;
    if (code === quote) return true;
    if (code === backslash && bytes[one + ++at] !== bytes[other + at]) return false;
    at++;
  }
}

/** The place that a name stands for in JavaScript; `noIndex` for any other. */
export function indexOfName(bytes: Uint8Array, key: number): number {
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
