import { type ByteSource, textAt } from "./byte-source.ts";
import type { Problem } from "./lex.ts";
import { TextScan } from "./scan.ts";

/**
 * Finds the first thing that is wrong with a JSON text, as `scan` does, but reads it in pieces of `pieceBytes`
 * from byte `from` on. The offset is in bytes. The text must be UTF-8.
 */
export function scanSource(
  source: ByteSource,
  from: number,
  maxDepth: number,
  pieceBytes = 1 << 20,
): Problem | undefined {
  const scan = new TextScan(maxDepth);
  let at = from;
  let wanted = pieceBytes;
  while (true) {
    const end = endOfCharacter(source, Math.min(at + wanted, source.bytes));
    const text = textAt(source, at, end);
    const isLast = end === source.bytes;
    const found = scan.read(text, isLast);
    if (typeof found !== "number") {
      return { ...found, offset: at + Buffer.byteLength(text.slice(0, found.offset)) };
    }
    if (isLast) return undefined;
    // A number or a word that is longer than the piece needs a longer one.
    wanted = found === 0 ? 2 * wanted : pieceBytes;
    at += Buffer.byteLength(text.slice(0, found));
  }
}

// --- internal ---

/** The first place at or behind `end` where a character ends. */
function endOfCharacter(source: ByteSource, end: number): number {
  const next = source.slice(end, Math.min(end + 3, source.bytes));
  let more = 0;
  while (more < next.length && ((next[more] as number) & 0xc0) === 0x80) more += 1;
  return end + more;
}
