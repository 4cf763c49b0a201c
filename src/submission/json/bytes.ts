/** Bytes that mean something in JSON. */
export const quote = 0x22;
export const backslash = 0x5c;
export const openBrace = 0x7b;
export const closeBrace = 0x7d;
export const openBracket = 0x5b;
export const closeBracket = 0x5d;
export const comma = 0x2c;

/**
 * What bytes outside of texts can be: 1 opens, 2 closes, 3 a comma, 4 a quote, 5 only in odd numbers, 6 an e, which is
 * in words, too, 7 a digit, 0 any other.
 */
export const byteKinds = new Uint8Array(256);
for (const code of [openBrace, openBracket]) byteKinds[code] = 1;
for (const code of [closeBrace, closeBracket]) byteKinds[code] = 2;
byteKinds[comma] = 3;
byteKinds[quote] = 4;
for (const character of ".E-") byteKinds[character.charCodeAt(0)] = 5;
byteKinds[0x65] = 6;
for (const character of "0123456789") byteKinds[character.charCodeAt(0)] = 7;

/** Whether a byte is white space of JSON. */
export function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Most texts are short: a call that looks for the end of one would cost more than to look here. */
const nearBytes = 24;

/** The place behind the quote that ends a text; -1 when the piece ends within it, -2 when behind a backslash. */
export function endOfText(piece: Uint8Array, from: number): number {
  const near = Math.min(from + nearBytes, piece.length);
  let i = from;
  while (i < near) {
    const code = piece[i++];
    if (code === quote) return i;
    if (code === backslash) i++;
  }
  if (i > piece.length) return i > from ? -2 : -1;
  const start = i;
  while (true) {
    const found = piece.indexOf(quote, i);
    const end = found < 0 ? piece.length : found;
    // An even number of backslashes are escapes of each other.
    let first = end;
    while (first > start && piece[first - 1] === backslash) first--;
    const isEscaped = (end - first) % 2 === 1;
    if (found < 0) return isEscaped ? -2 : -1;
    if (!isEscaped) return found + 1;
    i = found + 1;
  }
}

/** The place behind the value that begins at a place of JSON; behind a number or a word spaces may follow first. */
export function endOfValue(bytes: Uint8Array, start: number): number {
  if (bytes[start] === quote) return endOfText(bytes, start + 1);
  let at = start;
  let depth = 0;
  while (at < bytes.length) {
    const kind = byteKinds[bytes[at] as number];
    if (kind === 4) {
      at = endOfText(bytes, at + 1);
      continue;
    }
    if (kind === 1) depth++;
    else if (kind === 2 && --depth <= 0) return depth < 0 ? at : at + 1;
    else if (kind === 3 && depth === 0) return at;
    at++;
  }
  return at;
}

/** UTF-16 units of a piece of a text in UTF-8. */
export function unitsIn(bytes: Uint8Array, start: number, end: number): number {
  let units = 0;
  for (let at = start; at < end; at++) {
    const code = bytes[at] as number;
    if ((code & 0xc0) !== 0x80) units += code >= 0xf0 ? 2 : 1;
  }
  return units;
}

/** The number of four hexadecimal digits; -1 where there are none. */
export function hexAt(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const code = bytes[i] ?? 0;
    const lower = code | 0x20;
    if (code >= 0x30 && code <= 0x39) value = value * 16 + code - 0x30;
    else if (lower >= 0x61 && lower <= 0x66) value = value * 16 + lower - 0x57;
    else return -1;
  }
  return value;
}

/** Gives back the memory of what may be long, has it for itself, and is not read any more: sooner than a collection does. */
export function freeBytes(list: Uint8Array | Uint32Array): void {
  const { buffer } = list;
  if (!(buffer instanceof ArrayBuffer) || buffer.detached) return;
  if (buffer.byteLength === list.byteLength) buffer.transfer(0);
}
