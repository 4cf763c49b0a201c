import type { ByteSource } from "./byte-source.ts";

/** A place in a text, as editors count. */
export interface LineColumn {
  /** From 1; lines end with a line feed. */
  line: number;
  /** From 1, in code points. */
  column: number;
}

/** Turns UTF-16 offsets into lines and columns, in one pass over the text. */
export function linesAndColumns(text: string, offsets: readonly number[]): LineColumn[] {
  const found: LineColumn[] = new Array(offsets.length);
  const order = inOrder(offsets);
  let line = 1;
  let lineStart = 0;
  /** How far the characters of the line have been counted, and how many there were. */
  let counted = 0;
  let characters = 0;
  for (const place of order) {
    const offset = at(offsets, place);
    let end = text.indexOf("\n", lineStart);
    while (end !== -1 && end < offset) {
      line += 1;
      lineStart = end + 1;
      counted = lineStart;
      characters = 0;
      end = text.indexOf("\n", lineStart);
    }
    characters += codePoints(text, counted, offset);
    counted = offset;
    found[place] = { line, column: characters + 1 };
  }
  return found;
}

/** Turns byte offsets into lines and columns; the first line begins at byte `from`. The bytes must be UTF-8. */
export function linesAndColumnsIn(
  source: ByteSource,
  from: number,
  offsets: readonly number[],
): LineColumn[] {
  const found: LineColumn[] = new Array(offsets.length);
  const order = inOrder(offsets);
  let line = 1;
  let column = 1;
  let base = 0;
  let next = 0;
  const tell = (offset: number) => {
    while (next < order.length && at(offsets, order[next] ?? 0) <= offset) {
      found[order[next] ?? 0] = { line, column };
      next += 1;
    }
  };
  for (const piece of source.pieces()) {
    let i = Math.max(0, from - base);
    while (i < piece.length && next < order.length) {
      const end = Math.min(piece.length, Math.max(i, at(offsets, order[next] ?? 0) - base));
      for (; i < end; i++) {
        const code = piece[i] as number;
        if (code === 0x0a) {
          line += 1;
          column = 1;
        } else if ((code & 0xc0) !== 0x80) column += 1;
      }
      if (i < piece.length) tell(base + i);
    }
    base += piece.length;
    if (next === order.length) return found;
  }
  tell(Infinity);
  return found;
}

/** The places of offsets, the least offset first. */
function inOrder(offsets: readonly number[]): number[] {
  return offsets.map((_, place) => place).sort((a, b) => at(offsets, a) - at(offsets, b));
}

function at(offsets: readonly number[], place: number): number {
  return offsets[place] ?? 0;
}

/** Characters between two offsets, neither of which is inside a surrogate pair. */
function codePoints(text: string, start: number, end: number): number {
  let count = end - start;
  for (let place = start + 1; place < end; place++) {
    const isPair =
      (text.charCodeAt(place) & 0xfc00) === 0xdc00 &&
      (text.charCodeAt(place - 1) & 0xfc00) === 0xd800;
    if (isPair) count -= 1;
  }
  return count;
}
