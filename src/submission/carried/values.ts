import { isObject } from "../../base/is-object.ts";
import { Carried } from "./carried.ts";
import { compactMembers, compactValues, isNamed } from "./members.ts";

/** So much of a list is parsed at once. */
const pieceBytes = 4096;

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
  const bytes = Carried.bytesOf(list);
  const inside = bytes.subarray(1, bytes.length - 1);
  let from = 0;
  for (const at of compactValues(inside)) {
    if (at - from < pieceBytes) continue;
    yield* parse(inside.subarray(from, at - 1));
    from = at;
  }
  yield* parse(inside.subarray(from));
}

/** Whether each value of a list that is carried passes. */
export function everyCarried(list: Carried, test: (value: unknown) => boolean): boolean {
  for (const value of carriedValues(list)) if (!test(value)) return false;
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
  for (const at of compactValues(bytes.subarray(1, bytes.length - 1))) {
    for (const { key, start, end } of compactMembers(bytes, at + 1)) {
      if (!isNamed(bytes, key, name)) continue;
      for (let i = start; i < end; i++) if (bytes[i] === slash) bytes[i] = underscore;
    }
  }
}

// --- internal ---

const slash = 0x2f;
const underscore = 0x5f;

function parse(bytes: Uint8Array): unknown[] {
  return JSON.parse(`[${decoder.decode(bytes)}]`) as unknown[];
}
