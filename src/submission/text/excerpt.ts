import { replaceUnsafe } from "../../base/escape-text.ts";

const width = 72;
const before = 30;

/** A piece of a line, one column a character, and the column to point at, from 0. */
export interface LineExcerpt {
  text: string;
  caret: number;
}

/** Cuts the piece of a text around a line and column, both from 1, that is safe to show. */
export function excerptAt(text: string, line: number, column: number): LineExcerpt {
  let start = 0;
  for (let number = 1; number < line; number++) start = text.indexOf("\n", start) + 1;
  const end = text.indexOf("\n", start);
  const whole = text.slice(start, end === -1 ? undefined : end);
  // Columns are code points; a line is cut before it is taken apart, however long it is.
  const skipped = unitsOf(whole, Math.max(0, column - 1 - before));
  const characters = [...whole.slice(skipped, skipped + 2 * width)].slice(0, width);
  const isCutBefore = skipped > 0;
  const isCutAfter = skipped + characters.join("").length < whole.length;
  return {
    text: `${isCutBefore ? "…" : ""}${replaceUnsafe(characters.join(""), () => "·")}${isCutAfter ? "…" : ""}`,
    caret: Math.min(column - 1, before) + (isCutBefore ? 1 : 0),
  };
}

/** How many UTF-16 units a number of code points takes. */
function unitsOf(text: string, points: number): number {
  let units = 0;
  for (let point = 0; point < points && units < text.length; point++) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return units;
}
