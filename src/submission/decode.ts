import type { ByteSource } from "./json/byte-source.ts";

/** Submission bytes as text, or why they are none; `offset` is that of the first bad byte. */
export type Decoded =
  | { text: string }
  | { problem: "not-utf8" | "cut-off"; offset: number; hint?: string };

const encodings: readonly (readonly [string, readonly number[]])[] = [
  ["UTF-32", [0xff, 0xfe, 0, 0]],
  ["UTF-32", [0, 0, 0xfe, 0xff]],
  ["UTF-16", [0xff, 0xfe]],
  ["UTF-16", [0xfe, 0xff]],
];

/** How packed files begin, and what unpacks them. */
const packings: readonly (readonly [what: string, unpack: string, magic: readonly number[]])[] = [
  ["gzip", "gunzip", [0x1f, 0x8b]],
  ["zstd", "unzstd", [0x28, 0xb5, 0x2f, 0xfd]],
  ["xz", "unxz", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["bzip2", "bunzip2", [0x42, 0x5a, 0x68]],
  ["zip", "unzip", [0x50, 0x4b, 0x03, 0x04]],
  ["lz4", "lz4 -d", [0x04, 0x22, 0x4d, 0x18]],
];

const decoder = new TextDecoder("utf-8", { fatal: true });

type Undecodable = Exclude<Decoded, { text: string }>;

/** How many bytes the byte-order mark takes that a source begins with. */
export function markBytes(source: ByteSource): number {
  const [a, b, c] = source.slice(0, Math.min(3, source.bytes));
  return a === 0xef && b === 0xbb && c === 0xbf ? 3 : 0;
}

/** Finds why the bytes of a source are no UTF-8, as `decode` does; nothing when they are. */
export function findUndecodable(source: ByteSource): Undecodable | undefined {
  const wide = guessWide(source.slice(0, Math.min(4, source.bytes)));
  if (wide) return looksLike(wide);
  let base = 0;
  const before = new TextDecoder("utf-8", { fatal: true });
  for (const piece of source.pieces()) {
    try {
      before.decode(piece, { stream: true });
      base += piece.length;
    } catch {
      return undecodableNear(source, base, base + piece.length);
    }
  }
  try {
    before.decode();
  } catch {
    return undecodableNear(source, base, base);
  }
  return undefined;
}

/** Decodes UTF-8 strictly; one byte-order mark is taken off (`submission/README.md` 4). */
export function decode(bytes: Uint8Array): Decoded {
  const wide = guessWide(bytes);
  if (wide) return looksLike(wide);
  try {
    return { text: decoder.decode(bytes) };
  } catch {
    const offset = findBadByte(bytes);
    return packedHint(bytes, isCutOff(bytes, offset), offset);
  }
}

function looksLike(encoding: string): Undecodable {
  return { problem: "not-utf8", offset: 0, hint: `this looks like ${encoding}: write it as UTF-8` };
}

/** The first bad byte of a piece of a source; a character that begins before the piece is looked at whole. */
function undecodableNear(source: ByteSource, from: number, to: number): Undecodable {
  const before = Uint8Array.from(source.slice(Math.max(0, from - 3), from));
  let start = from;
  for (let back = 1; back <= before.length; back++) {
    const byte = before[before.length - back] as number;
    if (isContinuation(byte)) continue;
    if (byte >= 0xc0) start = from - back;
    break;
  }
  const bytes = source.slice(start, to);
  const offset = findBadByte(bytes);
  // What is cut off ends with the source.
  const isCut = start + bytes.length === source.bytes && isCutOff(bytes, offset);
  return packedHint(source.slice(0, Math.min(8, source.bytes)), isCut, start + offset);
}

/** The problem of bytes that are no text; `first` are the first of them. */
function packedHint(first: Uint8Array, isCut: boolean, offset: number): Undecodable {
  const packing = packings.find(([, , magic]) => startsWith(first, magic));
  if (!packing) return { problem: isCut ? "cut-off" : "not-utf8", offset };
  const [what, unpack] = packing;
  const hint = `this is packed with ${what}: unpack it before it is sent, as with ${unpack}`;
  return { problem: "not-utf8", offset, hint };
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, place) => bytes[place] === byte);
}

function guessWide(bytes: Uint8Array): string | undefined {
  // Text of JSON begins with two bytes of ASCII; a mark, or a wide character, does not.
  if (isAscii(bytes[0]) && isAscii(bytes[1])) return undefined;
  for (const [name, mark] of encodings) {
    if (startsWith(bytes, mark)) return name;
  }
  const [a, b, c, d] = bytes;
  if ((!a && !b && !c && d) || (a && b === 0 && c === 0 && d === 0)) return "UTF-32";
  if ((a === 0 && b && c === 0 && d) || (a && b === 0 && c && d === 0)) return "UTF-16";
  return undefined;
}

/** Finds the first byte that begins no character of well-formed UTF-8 (RFC 3629, section 4). */
function findBadByte(bytes: Uint8Array): number {
  let place = 0;
  while (place < bytes.length) {
    const length = lengthOf(bytes, place);
    if (length === 0) return place;
    for (let next = 2; next < length; next++) {
      if (!isContinuation(bytes[place + next])) return place;
    }
    place += length;
  }
  return place;
}

/** Bytes of the character that begins here, by its first two; 0 if none can. */
function lengthOf(bytes: Uint8Array, place: number): number {
  const lead = bytes[place] ?? 0;
  if (lead < 0x80) return 1;
  const second = bytes[place + 1];
  if (!isContinuation(second) || lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return 2;
  if (lead < 0xf0) {
    return (lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f) ? 0 : 3;
  }
  return (lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f) ? 0 : 4;
}

function isAscii(byte: number | undefined): boolean {
  return byte !== undefined && byte > 0 && byte < 0x80;
}

function isContinuation(byte: number | undefined): byte is number {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Says whether the bytes end within a character that has been good so far. */
function isCutOff(bytes: Uint8Array, offset: number): boolean {
  const rest = bytes.subarray(offset);
  const lead = rest[0] ?? 0;
  const wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || rest.length >= wanted) return false;
  const filled = new Uint8Array(wanted).fill(lead === 0xf4 || lead === 0xed ? 0x80 : 0xbf);
  filled.set(rest);
  return findBadByte(filled) === wanted;
}
