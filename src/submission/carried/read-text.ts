import { isUtf8 } from "node:buffer";
import { backslash, unitsIn } from "../json/bytes.ts";
import { resolveEscapes } from "./escape.ts";
import type { Hold } from "./hold.ts";

/** The bytes of compact text as text. */
export function decodeCompact(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Reads a text in compact text, which has its quotes. */
export function readText(bytes: Uint8Array): string {
  if (!bytes.includes(backslash)) return decodeCompact(bytes.subarray(1, bytes.length - 1));
  return takeText(new Uint8Array(bytes));
}

/** Reads a text out of the memory that it lies in: its escapes are resolved there. Lets go of the hold as soon as it can. */
export function takeText(bytes: Uint8Array, hold?: Hold): string {
  const inside = bytes.subarray(1, resolveEscapes(bytes, 1, bytes.length - 1));
  const pieces = isUtf8(inside) ? [decodeCompact(inside)] : piecesOf(inside);
  hold?.drop();
  return pieces.join("");
}

// --- internal ---

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** So much of a text is taken apart into units at once. */
const pieceBytes = 1 << 16;

/** Text with half surrogate pairs in it, which are written as other characters of three bytes are. */
function piecesOf(bytes: Uint8Array): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(start + pieceBytes, bytes.length);
    while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
    const piece = bytes.subarray(start, end);
    pieces.push(isUtf8(piece) ? decodeCompact(piece) : decodeUnits(piece));
    start = end;
  }
  return pieces;
}

function decodeUnits(bytes: Uint8Array): string {
  const units = new Uint16Array(unitsIn(bytes, 0, bytes.length));
  let to = 0;
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++] as number;
    const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    let point = more === 0 ? first : first & (0x3f >> more);
    for (let i = 0; i < more; i++) point = (point << 6) | ((bytes[at++] as number) & 0x3f);
    if (point > 0xffff) {
      units[to++] = 0xd800 + ((point - 0x10000) >> 10);
      units[to++] = 0xdc00 + (point & 0x3ff);
    } else units[to++] = point;
  }
  return Buffer.from(units.buffer).toString("utf16le");
}
