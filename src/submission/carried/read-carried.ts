import { isUtf8 } from "node:buffer";
import { isObject } from "../../base/is-object.ts";
import { endOfText, freeBytes, openBrace, openBracket, quote, unitsIn } from "../json/bytes.ts";
import { Carried } from "./carried.ts";
import { compact } from "./compact.ts";
import { hasBadCharacter } from "./facts.ts";
import { Hold } from "./hold.ts";
import { eachMember, eachValue, isNamed } from "./members.ts";
import { decodeCompact, readText } from "./read-text.ts";

/** Objects of which some values are carried. */
export interface CarriedObjects {
  /** Their text without what is carried, in pieces: compact, with a mark in each place of it. There until it is read. */
  readonly pieces: readonly Uint8Array[];
  /** UTF-16 units of the text as it was. */
  readonly units: number;
  /** Whether some object in it had several members of one name. */
  readonly hasRepeats: boolean;
  /** Whether what has a mark in its place, a `misc` aside, may hold NUL, or half a surrogate pair. */
  readonly hasBadTexts: boolean;
  /** Reads that text, and puts what is carried in the place of its marks. */
  read(): { readonly text: string; readonly items: unknown[] };
  /** Does the latter in another reading of the text. */
  attach(items: unknown[]): void;
  /** Gives back the memory of what is carried, which is not asked for any more. */
  close(): void;
}

/** What is to be carried. */
export interface CarriedFields {
  /** The members of a `misc` that are asked for by their names. */
  readonly inMisc: readonly string[];
  /** The fields that are objects whose own fields are looked at. */
  readonly objects: readonly string[];
  /** The fields that are lists. */
  readonly lists: readonly string[];
}

/**
 * Reads objects, with commas between them, whose every `misc` and every list is left as text (`Carried`), and what is a
 * list or an object of more than `longBytes` where no field is. Long texts are taken out, too, so that they are not
 * copied as often. The bytes are taken over. `odd` is what has to be parsed.
 */
export function readCarried(
  bytes: Uint8Array,
  fields: CarriedFields,
  longBytes = usualLongBytes,
): CarriedObjects | "not-json" | "odd" {
  if (!isUtf8(bytes)) return "not-json";
  const units = unitsIn(bytes, 0, bytes.length);
  const found = compact(bytes);
  if (typeof found === "string") return found;
  const compacted = bytes.subarray(0, found.length);
  const hold = new Hold(bytes);
  const taken = new Taken(hold);
  const pieces: Uint8Array[] = [];
  let from = 0;
  let hasBadTexts = false;
  findCarried(compacted, fields, longBytes, ({ start, end, as }) => {
    pieces.push(compacted.subarray(from, start), Buffer.from(`"${mark}${taken.count}"`));
    const value = compacted.subarray(start, end);
    if (as !== "misc") hasBadTexts ||= hasBadCharacter(value, 0, value.length);
    const names = as === "misc" ? fields.inMisc : [];
    taken.add(as === "text" ? value : new Carried(value, names, hold));
    from = end;
  });
  pieces.push(compacted.subarray(from));
  hold.add();
  const letGo = () => {
    if (pieces.length > 0) hold.drop();
    pieces.length = 0;
  };
  const attach = (to: unknown[]) => attachTo(to, taken);
  const read = () => {
    const text = textOf(pieces);
    letGo();
    const items = found.count === 1 ? [JSON.parse(text)] : (JSON.parse(`[${text}]`) as unknown[]);
    attach(items);
    return { text, items };
  };
  const close = () => {
    letGo();
    taken.close();
  };
  return { pieces, units, hasRepeats: found.hasRepeats, hasBadTexts, read, attach, close };
}

// --- internal ---

/** Nobody can have written it. */
const mark = `${crypto.randomUUID()}-`;
/** A text that is longer is taken out. */
const longTextBytes = 4096;
/** What is shorter costs less as objects than to be carried. */
const usualLongBytes = 1024;
/** A list of the format is carried where no value in it is longer: each is parsed when it is looked at. */
const maxValueBytes = 64 << 10;
/** Long texts in a value do not count, as long as it is not longer than this. */
const maxTextValueBytes = 4 << 20;

/** What was taken out, by its number: texts are made when they are asked for. */
class Taken {
  readonly #values: (Carried | Uint8Array | string)[] = [];
  readonly #hold: Hold;

  constructor(hold: Hold) {
    this.#hold = hold;
  }

  get count(): number {
    return this.#values.length;
  }

  /** Takes what is carried, or the bytes of a text. */
  add(value: Carried | Uint8Array): void {
    if (value instanceof Uint8Array) this.#hold.add();
    this.#values.push(value);
  }

  at(number: number): Carried | string {
    const value = this.#values[number] as Carried | Uint8Array | string;
    if (!(value instanceof Uint8Array)) return value;
    const text = readText(value, this.#hold);
    this.#values[number] = text;
    return text;
  }

  close(): void {
    for (const value of this.#values) {
      if (value instanceof Carried) Carried.close(value);
      else if (value instanceof Uint8Array) this.#hold.drop();
    }
    this.#values.length = 0;
  }
}

function textOf(pieces: readonly Uint8Array[]): string {
  const [first = new Uint8Array(), ...rest] = pieces;
  if (rest.length === 0) return decodeCompact(first);
  const whole = Buffer.concat(pieces);
  const text = decodeCompact(whole);
  freeBytes(whole);
  return text;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly as: "misc" | "text" | "other";
}

/** Finds what is to be carried, in objects and in the objects that are fields of them. */
function findCarried(
  bytes: Uint8Array,
  fields: CarriedFields,
  longBytes: number,
  found: (place: Place) => void,
): void {
  const isAny = (names: readonly string[], key: number) =>
    names.some((name) => isNamed(bytes, key, name));
  const inObject = (open: number, isOutermost: boolean) => {
    eachMember(bytes, open, (key, start, end) => {
      const code = bytes[start];
      const isLong = end - start > longBytes;
      if (code === quote) {
        if (end - start > longTextBytes) found({ start, end, as: "text" });
      } else if (code === openBrace) {
        if (isNamed(bytes, key, "misc")) found({ start, end, as: "misc" });
        else if (isOutermost && isAny(fields.objects, key)) inObject(start, false);
        else if (isLong) found({ start, end, as: "other" });
      } else if (code === openBracket) {
        const isField = isAny(fields.lists, key);
        if (isField ? hasCheapValues(bytes, start, end) : isLong)
          found({ start, end, as: "other" });
      }
    });
  };
  eachValue(bytes, 0, bytes.length, (start, end) => {
    if (bytes[start] === openBrace) inObject(start, true);
    else if (bytes[start] === openBracket && end - start > longBytes)
      found({ start, end, as: "other" });
  });
}

function hasCheapValues(bytes: Uint8Array, open: number, end: number): boolean {
  if (end - open <= maxValueBytes) return true;
  let isShort = true;
  eachValue(bytes, open + 1, end - 1, (from, to) => {
    if (isShort && to - from > maxValueBytes) isShort = isMostlyText(bytes, from, to);
  });
  return isShort;
}

function isMostlyText(bytes: Uint8Array, start: number, end: number): boolean {
  let counted = end - start;
  if (counted > maxTextValueBytes) return false;
  for (let at = start; at < end; at++) {
    if (bytes[at] !== quote) continue;
    const behind = endOfText(bytes, at + 1);
    counted -= Math.max(0, behind - at - usualLongBytes);
    at = behind - 1;
  }
  return counted <= maxValueBytes;
}

function attachTo(items: unknown[], taken: Taken): void {
  const takenFor = (value: string) => taken.at(Number(value.slice(mark.length)));
  for (const [place, item] of items.entries()) {
    if (typeof item === "string" && item.startsWith(mark)) items[place] = takenFor(item);
    if (!isObject(item)) continue;
    for (const name in item) {
      const value = item[name];
      if (typeof value === "string") {
        if (value.startsWith(mark)) item[name] = takenFor(value);
      } else if (isObject(value) && !(value instanceof Carried)) attachTo([value], taken);
    }
  }
}
