import { Carried } from "../submission/carried/carried.ts";
import { carriedValues, isCarriedList } from "../submission/carried/values.ts";
import type { Item } from "../submission/submission.ts";
import { textLengthInJsonb } from "./carried-sizes.ts";
import { type FieldPath, valueAt } from "./field-path.ts";
import { jsonbTextLength } from "./jsonb.ts";
import { type Limits, maxInteger, textHeaderBytes } from "./limits.ts";
import { isStorableTime } from "./timestamp.ts";

/** Takes what a column or an index could not hold: where it is, and what it could. */
export type Tell = (field: FieldPath, expected: string, value: unknown) => void;

/** Looks exactly at the texts, numbers and times of an object of the list that `limits` are for. */
export function checkLimits(item: Item, limits: Limits, tell: Tell): void {
  checkLengths(item, limits, tell);
  checkEntries(item, limits, tell);
  checkElements(item, limits, tell);
  checkNumbers(item, limits, tell);
  for (const field of limits.timestamps) {
    const time = valueAt(item, field);
    if (typeof time === "string" && !isStorableTime(time)) {
      tell(field, "a time within the years 0001 to 9999 UTC", time);
    }
  }
}

// --- internal ---

function checkLengths(item: Item, limits: Limits, tell: Tell): void {
  for (const { field, max } of limits.points) {
    const value = valueAt(item, field);
    if (value === undefined || value === null) continue;
    const isLonger =
      typeof value === "string"
        ? value.length > max && [...value.slice(0, 2 * max + 2)].length > max
        : textLengthOf(value) > max;
    if (isLonger) tell(field, `at most ${max} characters, the limit of its column`, value);
  }
}

function textLengthOf(value: unknown): number {
  return value instanceof Carried ? textLengthInJsonb(value) : jsonbTextLength(value);
}

function checkEntries(item: Item, limits: Limits, tell: Tell): void {
  for (const { fields, maxBytes } of limits.entries) {
    const sizes = fields.map((field) => entryBytes(valueAt(item, field)));
    if (sizes.reduce((sum, size) => sum + size, 0) <= maxBytes) continue;
    const widest = fields[sizes.indexOf(Math.max(...sizes))] ?? [];
    const others = fields.length > 1 ? ` together with ${names(fields, widest)}` : "";
    const expected = `at most ${maxBytes - textHeaderBytes} bytes${others}, the limit of an index`;
    tell(widest, expected, valueAt(item, widest));
  }
}

function checkElements(item: Item, limits: Limits, tell: Tell): void {
  for (const { fields, maxBytes } of limits.elements) {
    for (const field of fields) {
      const list = valueAt(item, field);
      const texts = isCarriedList(list) ? carriedValues(list) : Array.isArray(list) ? list : [];
      let place = 0;
      for (const text of texts) {
        const at = place++;
        if (entryBytes(text) <= maxBytes) continue;
        const expected = `at most ${maxBytes - textHeaderBytes} bytes, the limit of an index`;
        tell([...field, at] as FieldPath, expected, text);
      }
    }
  }
}

function names(fields: readonly FieldPath[], widest: FieldPath): string {
  return fields
    .filter((field) => field !== widest)
    .map((field) => field.join("."))
    .join(", ");
}

/** Bytes of a text in an index entry, with its header, up to the next multiple of 4. */
function entryBytes(value: unknown): number {
  return typeof value === "string" ? (textHeaderBytes + Buffer.byteLength(value) + 3) & ~3 : 0;
}

function checkNumbers(item: Item, limits: Limits, tell: Tell): void {
  for (const field of limits.integers) {
    const value = valueAt(item, field);
    if (typeof value === "number" && value > maxInteger) {
      tell(field, `an integer up to ${maxInteger}, the limit of its column`, value);
    }
  }
  for (const field of limits.doubles) {
    const value = valueAt(item, field);
    if (value === Infinity || value === -Infinity) {
      tell(field, "a number within the range of a double", value);
    }
  }
}
