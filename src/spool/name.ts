import { replaceUnsafe } from "../base/escape-text.ts";

/**
 * File names are bytes. Here a name is a string: bytes that are not UTF-8 stand as U+DC80–U+DCFF, one
 * each (the way of PEP 383), so that every name can be held, compared and given back unchanged.
 */
export function decodeName(bytes: Uint8Array): string {
  const plain = Buffer.from(bytes).toString("utf8");
  if (!plain.includes("\ufffd") || Buffer.from(plain, "utf8").equals(bytes)) return plain;
  let name = "";
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    name += length
      ? Buffer.from(bytes.subarray(at, at + length)).toString("utf8")
      : String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    at += length || 1;
  }
  return name;
}

/** The name whose bytes lie in `buffer` from `at` to `end`. */
export function nameIn(buffer: Buffer, at: number, end: number): string {
  const text = buffer.toString("latin1", at, end);
  return isAscii(text) ? text : decodeName(buffer.subarray(at, end));
}

/** Whether a name is the same text in ASCII, Latin-1 and UTF-8. */
export function isAscii(name: string): boolean {
  return ascii.test(name);
}

/** The bytes of a name. */
export function encodeName(name: string): Buffer {
  if (!escaped.test(name)) return Buffer.from(name, "utf8");
  const parts = name.split(escaped).map((part, at) => {
    const isByte = at % 2 === 1;
    return isByte ? Buffer.from([part.charCodeAt(0) - 0xdc00]) : Buffer.from(part, "utf8");
  });
  return Buffer.concat(parts);
}

/** The path of a name in a folder, as the file system calls take it. */
export function pathOf(folder: string, name: string): string | Buffer {
  if (!escaped.test(name)) return `${folder}/${name}`;
  return Buffer.concat([Buffer.from(`${folder}/`), encodeName(name)]);
}

/**
 * A name for people: unsafe characters are spelled out as `\x07`, `\u202e` or `\u{e0001}`, bytes that
 * are not UTF-8 as `\xff`. No two names are printed alike, so that it can be given back as printed.
 */
export function printableName(name: string): string {
  // Most names need no look at their characters.
  if (/^[ -[\]-~]*$/.test(name)) return name;
  return replaceUnsafe(name.replace(/\\(?=[xu])/g, "\\x5c"), (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
    return code < 0x10000
      ? `\\u${code.toString(16).padStart(4, "0")}`
      : `\\u{${code.toString(16)}}`;
  });
}

// --- internal ---

const ascii = /^[\0-\x7f]*$/;

/** By characters: the second half of one beyond U+FFFF is no byte that stands for itself. */
const escaped = /([\udc80-\udcff])/u;

/** Length of the well-formed UTF-8 sequence at `at` (RFC 3629), or 0. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (length === 0 || first > 0xf4) return 0;
  const slice = Buffer.from(bytes.subarray(at, at + length));
  return slice.length === length && !slice.toString("utf8").includes("\ufffd") ? length : 0;
}
