import { isUtf8 } from "node:buffer";
import { leaveBehind } from "../../base/garbage.ts";
import { backslash, unitsIn } from "../json/bytes.ts";
import { resolveEscapes, unicode } from "./escape.ts";
import type { Hold } from "./hold.ts";

/** The bytes of compact text as text. */
export function decodeCompact(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Reads a text in compact text, which has its quotes. Lets go of the hold as soon as it can. */
export function readText(bytes: Uint8Array, hold?: Hold): string {
  const pieces = bytes.includes(backslash)
    ? piecesOf(bytes)
    : [decodeCompact(bytes.subarray(1, bytes.length - 1))];
  hold?.drop();
  const text = pieces.join("");
  if (pieces.length > 1) {
    pieces.length = 0;
    leaveBehind(bytes.length);
  }
  return text;
}

// --- internal ---

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** So much of a text is taken apart at once. */
const pieceBytes = 1 << 16;

function piecesOf(bytes: Uint8Array): string[] {
  const last = bytes.length - 1;
  const pieces: string[] = [];
  for (let start = 1; start < last; ) {
    const end = endOfPiece(bytes, start, last);
    const piece = new Uint8Array(bytes.subarray(start, end));
    const inside = piece.subarray(0, resolveEscapes(piece, 0, piece.length));
    pieces.push(isUtf8(inside) ? decodeCompact(inside) : decodeUnits(inside));
    start = end;
  }
  return pieces;
}

/** No character is cut, and no escape. */
function endOfPiece(bytes: Uint8Array, start: number, last: number): number {
  const limit = Math.min(start + pieceBytes, last);
  let at = start;
  while (at < limit) {
    if (bytes[at] === backslash) at += bytes[at + 1] === unicode ? 6 : 2;
    else at++;
  }
  while (((bytes[at] as number) & 0xc0) === 0x80) at--;
  return at;
}

/** Text with half surrogate pairs in it, which are written as other characters of three bytes are. */
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
