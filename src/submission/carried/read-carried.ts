import { isUtf8 } from "node:buffer";
import { isObject } from "../../base/is-object.ts";
import { backslash, freeBytes, openBrace, openBracket, quote, unitsIn } from "../json/bytes.ts";
import { Carried, hasBadCharacter } from "./carried.ts";
import { compact } from "./compact.ts";
import { Hold } from "./hold.ts";
import { compactMembers, compactValues, isNamed } from "./members.ts";

/** Objects of which some values are carried. */
export interface CarriedObjects {
  /** Their text without what is carried: compact, with a mark in each place of it. */
  readonly text: string;
  /** UTF-16 units of the text as it was. */
  readonly units: number;
  /** Whether some object in it had several members of one name. */
  readonly hasRepeats: boolean;
  /** Whether a text that has a mark in its place may hold NUL, or half a surrogate pair. */
  readonly hasBadTexts: boolean;
  /** Reads `text`, and puts what is carried in the place of its marks. */
  items(): unknown[];
  /** Does the latter in another reading of `text`. */
  attach(items: readonly unknown[]): void;
  /** Gives back the memory of what is carried, which is not asked for any more. */
  close(): void;
}

/** What is to be carried. */
export interface CarriedFields {
  /** The members of a `misc` that are asked for by their names. */
  readonly inMisc: readonly string[];
  /** Lists that are carried where every value in them passes, by the names of their fields. */
  readonly lists: ReadonlyMap<string, (value: unknown) => boolean>;
}

/**
 * Reads objects, with commas between them, whose every `misc` is left as text (`Carried`), and other lists as far as
 * they are good. Long texts are taken out, too, so that they are not copied as often. The bytes are taken over.
 * `odd` is what has to be parsed.
 */
export function readCarried(
  bytes: Uint8Array,
  fields: CarriedFields,
): CarriedObjects | "not-json" | "odd" {
  if (!isUtf8(bytes)) return "not-json";
  const units = unitsIn(bytes, 0, bytes.length);
  const found = compact(bytes);
  if (typeof found === "string") return found;
  const compacted = bytes.subarray(0, found.length);
  const taken: (Carried | string)[] = [];
  const pieces: Uint8Array[] = [];
  const hold = new Hold(bytes);
  let from = 0;
  let hasBadTexts = false;
  for (const { start, end, isText } of findCarried(compacted, fields.lists)) {
    pieces.push(compacted.subarray(from, start), Buffer.from(`"${mark}${taken.length}"`));
    const value = compacted.subarray(start, end);
    if (isText) hasBadTexts ||= hasBadCharacter(value, 0, value.length);
    taken.push(isText ? readText(value) : new Carried(value, fields.inMisc, hold));
    from = end;
  }
  pieces.push(compacted.subarray(from));
  const text = Buffer.concat(pieces).toString();
  const attach = (to: readonly unknown[]) => attachTo(to, taken);
  const items = () => {
    const read = JSON.parse(`[${text}]`) as unknown[];
    attach(read);
    return read;
  };
  const close = () => {
    for (const one of taken) if (one instanceof Carried) Carried.close(one);
  };
  if (taken.every((one) => typeof one === "string")) freeBytes(bytes);
  return { text, units, hasRepeats: found.hasRepeats, hasBadTexts, items, attach, close };
}

// --- internal ---

/** Nobody can have written it. */
const mark = `${crypto.randomUUID()}-`;
/** A text that is longer is taken out. */
const longTextBytes = 4096;
/** So much of a list is parsed at once to look at it. */
const lookBytes = 4096;

interface Place {
  readonly start: number;
  readonly end: number;
  readonly isText: boolean;
}

/** Where there is something to be carried, in objects and in the objects that are fields of them. */
function* findCarried(bytes: Uint8Array, lists: CarriedFields["lists"]): Generator<Place> {
  for (const item of compactValues(bytes)) {
    if (bytes[item] !== openBrace) continue;
    for (const member of compactMembers(bytes, item)) {
      const { key, start, end } = member;
      const isOpen = bytes[start] === openBrace;
      if (isLongText(bytes, start, end)) yield { start, end, isText: true };
      else if (isOpen && isNamed(bytes, key, "misc")) yield { start, end, isText: false };
      else if (bytes[start] === openBracket) {
        for (const [name, test] of lists) {
          if (!isNamed(bytes, key, name) || !isGood(bytes, start, end, test)) continue;
          yield { start, end, isText: false };
        }
      } else if (isOpen) {
        const hasMisc = isNamed(bytes, key, "environment");
        for (const inner of compactMembers(bytes, start)) {
          const isText = isLongText(bytes, inner.start, inner.end);
          const isMisc = hasMisc && isNamed(bytes, inner.key, "misc");
          if (!isText && !(isMisc && bytes[inner.start] === openBrace)) continue;
          yield { start: inner.start, end: inner.end, isText };
        }
      }
    }
  }
}

function isLongText(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start > longTextBytes && bytes[start] === quote;
}

/** Whether every value of a list passes; one with characters that no database holds does not. */
function isGood(
  bytes: Uint8Array,
  start: number,
  end: number,
  test: (value: unknown) => boolean,
): boolean {
  if (hasBadCharacter(bytes, start, end)) return false;
  const inside = bytes.subarray(start + 1, end - 1);
  let from = 0;
  for (const at of compactValues(inside)) {
    if (at - from < lookBytes) continue;
    if (!isPieceGood(inside.subarray(from, at - 1), test)) return false;
    from = at;
  }
  return isPieceGood(inside.subarray(from), test);
}

/** A long one may hold what is dear. */
function isPieceGood(bytes: Uint8Array, test: (value: unknown) => boolean): boolean {
  if (bytes.length > 16 * lookBytes) return false;
  return (JSON.parse(`[${decode(bytes)}]`) as unknown[]).every(test);
}

function readText(bytes: Uint8Array): string {
  if (bytes.includes(backslash)) return JSON.parse(decode(bytes));
  return decode(bytes.subarray(1, bytes.length - 1));
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

function attachTo(items: readonly unknown[], taken: readonly (Carried | string)[]): void {
  for (const item of items) {
    if (!isObject(item)) continue;
    for (const name in item) {
      const value = item[name];
      if (typeof value === "string") {
        if (value.startsWith(mark)) item[name] = taken[Number(value.slice(mark.length))];
      } else if (isObject(value) && !(value instanceof Carried)) attachTo([value], taken);
    }
  }
}
