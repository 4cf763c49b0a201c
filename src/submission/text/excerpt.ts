import { replaceUnsafe } from "../../base/escape-text.ts";
import { markBytes } from "../decode.ts";
import type { ByteSource } from "../json/byte-source.ts";

const width = 72;
const before = 30;
/** More than is shown of a line, however many bytes its characters take. */
const windowBytes = 8 * width;

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

/** Cuts the same piece out of a text that is not in memory. */
export function excerptIn(source: ByteSource, line: number, column: number): LineExcerpt {
  // One character more than is shown: that something stands before is to be seen.
  const start = findCharacter(source, line, Math.max(1, column - before - 1));
  const bytes = source.slice(start, Math.min(start + windowBytes, source.bytes));
  const text = new TextDecoder().decode(bytes);
  return excerptAt(text, 1, Math.min(column, before + 2));
}

/** The byte at which a character of a line begins. */
function findCharacter(source: ByteSource, line: number, column: number): number {
  let at = { line: 1, column: 1 };
  let base = 0;
  let from = markBytes(source);
  for (const piece of source.pieces()) {
    for (let i = Math.max(0, from - base); i < piece.length; i++) {
      const code = piece[i] as number;
      const begins = (code & 0xc0) !== 0x80;
      if (begins && at.line === line && at.column === column) return base + i;
      if (code === 0x0a) at = { line: at.line + 1, column: 1 };
      else if (begins) at.column += 1;
    }
    base += piece.length;
    from = 0;
  }
  return source.bytes;
}

/** How many UTF-16 units a number of code points takes. */
function unitsOf(text: string, points: number): number {
  let units = 0;
  for (let point = 0; point < points && units < text.length; point++) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return units;
}
