import { gunzipSync, gzipSync } from "node:zlib";

const osByte = 9;
const unknownOs = 255;

/**
 * The text as a gzip member with a fixed header (RFC 1952: no time, no name, operating system
 * unknown), so that equal texts give equal bytes on every machine with the same zlib.
 */
export function gzipText(text: string): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(gzipSync(text, { level: 6 }));
  packed[osByte] = unknownOs;
  return packed;
}

/** Whether the bytes are a whole gzip file of exactly this text, whoever packed it. */
export function unzipsTo(packed: Uint8Array, text: string): boolean {
  const expected = Buffer.from(text);
  try {
    return gunzipSync(packed, { maxOutputLength: expected.length + 1 }).equals(expected);
  } catch {
    // Cut off, damaged, or longer than the text: in each case not the text.
    return false;
  }
}
