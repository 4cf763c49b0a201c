import type { Row, Value } from "../../rows/row.ts";
import { TextList } from "../../rows/text-list.ts";
import { arrayText, type Sent } from "./ask.ts";

/** More rows, or more text in them, are quicker by COPY. */
const mostRows = 64;
const mostCharacters = 1 << 17;

/** Whether rows, a list for each table, are few enough to be the values of statements. */
export function areFew(lists: Iterable<readonly Row[]>): boolean {
  let count = 0;
  let characters = 0;
  for (const rows of lists) {
    count += rows.length;
    if (count > mostRows) return false;
    for (const value of rows.flat(2)) {
      if (typeof value === "string") characters += value.length;
      else if (value instanceof TextList) characters += value.bytes.length;
    }
    if (characters > mostCharacters) return false;
  }
  return true;
}

/** The values of rows, one row after the other, as the server reads them from text. */
export function valueTexts(rows: readonly Row[]): Sent[] {
  return rows.flatMap((row) => row.map(textOf));
}

// --- internal ---

function textOf(value: Value): Sent {
  if (value === null || typeof value === "string") return value;
  if (typeof value === "object") return arrayText(value);
  // `String` tells no -0 from 0.
  return Object.is(value, -0) ? "-0" : String(value);
}
