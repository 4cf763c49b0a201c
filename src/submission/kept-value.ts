import { isRawJson } from "../base/raw-json.ts";
import { Carried } from "./carried/carried.ts";
import { walk } from "./carried/walk.ts";
import type { Path } from "./upgrade/document.ts";

/** A list or an object that nobody looks into: longer than anybody means in its place. */
export class Unread {
  readonly #isList: boolean;
  readonly #members: number;

  constructor(isList: boolean, members: number) {
    this.#isList = isList;
    this.#members = members;
  }

  /** What is told of it. */
  static factsOf(value: Unread): { readonly isList: boolean; readonly members: number } {
    return { isList: value.#isList, members: value.#members };
  }
}

/** So much of a value is looked at for a hint: names and values in it, and characters of its texts. */
const maxParts = 1_000;
const maxCharacters = 1 << 16;

/**
 * The value of a mistake as it is kept until it is told: what is small as it is, a long list or object within an object of
 * a submission as `Unread`. What is carried is not there any more when it is told.
 */
export function keptValue(value: unknown, path: Path): unknown {
  if (typeof value !== "object" || value === null || path.length < 2) return value;
  if (value instanceof Unread || isRawJson(value)) return value;
  if (value instanceof Carried) {
    const bytes = Carried.bytesOf(value);
    const read: unknown = countParts(bytes) <= maxParts && JSON.parse(decoder.decode(bytes));
    if (read && isSmall(read)) return read;
    return new Unread(Carried.isList(value), Carried.factsOf(value).members);
  }
  if (isSmall(value)) return value;
  const isList = Array.isArray(value);
  return new Unread(isList, isList ? value.length : Object.keys(value).length);
}

/** Whether a value of a mistake is a list. */
export function isKeptList(value: unknown): boolean {
  return Array.isArray(value) || (value instanceof Unread && Unread.factsOf(value).isList);
}

// --- internal ---

interface Size {
  parts: number;
  characters: number;
}

function isWithin({ parts, characters }: Size): boolean {
  return parts <= maxParts && characters <= maxCharacters;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function countParts(bytes: Uint8Array): number {
  let parts = 0;
  const count = () => {
    parts++;
  };
  walk(bytes, {
    open: count,
    close: () => {},
    key: count,
    text: count,
    number: count,
    word: count,
  });
  return parts;
}

function isSmall(value: unknown, size: Size = { parts: 0, characters: 0 }): boolean {
  size.parts++;
  if (typeof value === "string") size.characters += value.length;
  if (typeof value !== "object" || value === null || !isWithin(size)) return isWithin(size);
  if (Array.isArray(value)) return value.every((part) => isSmall(part, size));
  for (const name in value) {
    size.characters += name.length;
    size.parts++;
    if (!isSmall((value as Record<string, unknown>)[name], size)) return false;
  }
  return isWithin(size);
}
