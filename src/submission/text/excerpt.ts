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
  return excerptsOfText(text)(line, column);
}

/**
 * As `excerptAt`, for many places of one text: it is gone through once where they come in the order of
 * the text, however many lines it has and however long they are.
 */
export function excerptsOfText(text: string): (line: number, column: number) => LineExcerpt {
  let number = 1;
  let start = 0;
  /** How many code points of the line were passed, and where that is. */
  let points = 0;
  let place = 0;
  return (line, column) => {
    const skipped = Math.max(0, column - 1 - before);
    if (line < number || (line === number && skipped < points)) {
      [number, start, points, place] = [1, 0, 0, 0];
    }
    for (; number < line; number++) {
      start = text.indexOf("\n", start) + 1;
      [points, place] = [0, start];
    }
    const found = text.indexOf("\n", place);
    const end = found === -1 ? text.length : found;
    for (; points < skipped && place < end; points++) {
      place += (text.codePointAt(place) ?? 0) > 0xffff ? 2 : 1;
    }
    // Columns are code points; a line is cut before it is taken apart, however long it is.
    const characters = [...text.slice(place, Math.min(end, place + 2 * width))].slice(0, width);
    const shown = characters.join("");
    const isCutBefore = place > start;
    const isCutAfter = place + shown.length < end;
    return {
      text: `${isCutBefore ? "…" : ""}${replaceUnsafe(shown, () => "·")}${isCutAfter ? "…" : ""}`,
      caret: Math.min(column - 1, before) + (isCutBefore ? 1 : 0),
    };
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
