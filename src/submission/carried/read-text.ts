import { backslash, freeBytes, unitsIn } from "../json/bytes.ts";
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
  const { end, hasHalves } = resolveEscapes(bytes, 1, bytes.length - 1);
  const inside = bytes.subarray(1, end);
  const units = hasHalves ? unitsOf(inside) : undefined;
  const text = units ? undefined : decodeCompact(inside);
  hold?.drop();
  if (!units) return text as string;
  const read = Buffer.from(units.buffer).toString("utf16le");
  freeBytes(new Uint8Array(units.buffer));
  return read;
}

// --- internal ---

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The UTF-16 units of text in UTF-8, in which half surrogate pairs are written as other characters of three bytes are. */
function unitsOf(bytes: Uint8Array): Uint16Array<ArrayBuffer> {
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
  return units;
}
