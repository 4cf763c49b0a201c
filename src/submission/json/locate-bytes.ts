import {
  closeBrace,
  closeBracket,
  comma,
  endOfText,
  endOfValue,
  isSpace,
  openBrace,
  openBracket,
} from "./bytes.ts";
import { isTextAt } from "./is-text-at.ts";
import { type Location, locationAt, type Wanted, type Way, wantedAt } from "./wanted.ts";

/**
 * Finds places as `locate` does, in bytes that are known to be JSON: nothing of them is made a text but names on the
 * way. A list is given without its brackets (`isList`): its values, with commas between them. Nothing for a way
 * that not even the first step was found of.
 */
export function locateBytes(
  bytes: Uint8Array,
  ways: readonly Way[],
  isList: boolean,
): (Location | undefined)[] {
  const root = wantedAt(ways);
  const start = behindSpaces(bytes, 0);
  if (isList) inList(bytes, root, start);
  else inValue(bytes, root, start, start);
  return ways.map((way) => {
    const isThere = way.length > 0 && (root.parts.get(way[0] as string)?.value ?? -1) >= 0;
    return isThere ? locationAt(root, way) : undefined;
  });
}

// --- internal ---

/** Looks through a value that is wanted, or has something in it that is. Answers the place behind it. */
function inValue(bytes: Uint8Array, wanted: Wanted, key: number, start: number): number {
  wanted.found(key, start);
  const code = wanted.parts.size === 0 ? 0 : bytes[start];
  if (code === openBrace) return inObject(bytes, wanted, behindSpaces(bytes, start + 1));
  if (code === openBracket) return inList(bytes, wanted, behindSpaces(bytes, start + 1));
  return endOfValue(bytes, start);
}

function inList(bytes: Uint8Array, wanted: Wanted, first: number): number {
  let start = first;
  for (let place = 0; start < bytes.length && bytes[start] !== closeBracket; place++) {
    const value = wanted.parts.get(place);
    const end = value ? inValue(bytes, value, start, start) : endOfValue(bytes, start);
    start = nextAfter(bytes, end);
  }
  return start + 1;
}

function inObject(bytes: Uint8Array, wanted: Wanted, first: number): number {
  const names = [...wanted.parts].filter(([name]) => typeof name === "string") as [
    string,
    Wanted,
  ][];
  let key = first;
  while (key < bytes.length && bytes[key] !== closeBrace) {
    const keyEnd = endOfText(bytes, key + 1);
    const start = behindSpaces(bytes, behindSpaces(bytes, keyEnd) + 1);
    let found: Wanted | undefined;
    for (const [name, value] of names)
      if (isTextAt(bytes, key + 1, keyEnd - 1, name)) found = value;
    const end = found ? inValue(bytes, found, key, start) : endOfValue(bytes, start);
    key = nextAfter(bytes, end);
  }
  return key + 1;
}

/** Where the next value or name begins, behind the comma, or else the bracket that closes. */
function nextAfter(bytes: Uint8Array, end: number): number {
  const at = behindSpaces(bytes, end);
  return bytes[at] === comma ? behindSpaces(bytes, at + 1) : at;
}

function behindSpaces(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at] as number)) at++;
  return at;
}
