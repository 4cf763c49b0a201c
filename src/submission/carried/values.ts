import { leaveBehind } from "../../base/garbage.ts";
import { isObject } from "../../base/is-object.ts";
import { closeBracket, endOfValue, openBracket } from "../json/bytes.ts";
import { Carried } from "./carried.ts";
import { eachMember, eachValue, isNamed } from "./members.ts";

/** So much of a list is parsed at once. */
const pieceBytes = 4096;
/** What it takes as values, of short texts or numbers, for each of its bytes. */
const memoryPerByte = 12;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Whether a value is a list that is carried. */
export function isCarriedList(value: unknown): value is Carried {
  return value instanceof Carried && Carried.isList(value);
}

/** Whether a value is a list of JSON, carried or not. */
export function isList(value: unknown): boolean {
  return Array.isArray(value) || isCarriedList(value);
}

/** Whether a value is an object of JSON, carried or not. */
export function isObjectOrCarried(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !isCarriedList(value);
}

/** The values of a list that is carried: some are parsed at once, and none is kept. */
export function* carriedValues(list: Carried): Generator<unknown> {
  for (const piece of piecesOf(list)) yield* piece;
}

/** Whether each value of a list that is carried passes. */
export function everyCarried(list: Carried, test: (value: unknown) => boolean): boolean {
  for (const piece of piecesOf(list)) if (!piece.every(test)) return false;
  return true;
}

/** A list that is carried with one more value at its end; the list itself is not to be asked any more. */
export function withValue(list: Carried, value: unknown): Carried {
  const bytes = Carried.bytesOf(list);
  const comma = bytes.length > 2 ? "," : "";
  const added = Buffer.from(`${comma}${JSON.stringify(value)}]`);
  const longer = Buffer.concat([bytes.subarray(0, bytes.length - 1), added]);
  Carried.close(list);
  return new Carried(longer, []);
}

/** Writes _ for each / in the texts that the objects of a list have by a name, in place. */
export function withoutSlashesIn(list: Carried, name: string): void {
  const bytes = Carried.bytesOf(list);
  eachValue(bytes, 1, bytes.length - 1, (open) => {
    eachMember(bytes, open, (key, start, end) => {
      if (!isNamed(bytes, key, name)) return;
      for (let at = start; at < end; at++) if (bytes[at] === slash) bytes[at] = underscore;
    });
  });
}

// --- internal ---

const slash = 0x2f;
const underscore = 0x5f;

function* piecesOf(list: Carried): Generator<unknown[]> {
  const bytes = Carried.bytesOf(list);
  const last = bytes.length - 1;
  for (let from = 1; from < last; ) {
    let end = endOfValue(bytes, from);
    while (end < last && end - from < pieceBytes) end = endOfValue(bytes, end + 1);
    yield parseBetween(bytes, from - 1, end);
    from = end + 1;
  }
}

/** Parses the values between two places as a list, whose brackets stand there as long as it is read. */
function parseBetween(bytes: Uint8Array, open: number, close: number): unknown[] {
  const [before, behind] = [bytes[open] as number, bytes[close] as number];
  bytes[open] = openBracket;
  bytes[close] = closeBracket;
  const values = JSON.parse(decoder.decode(bytes.subarray(open, close + 1))) as unknown[];
  bytes[open] = before;
  bytes[close] = behind;
  leaveBehind(memoryPerByte * (close - open));
  return values;
}
