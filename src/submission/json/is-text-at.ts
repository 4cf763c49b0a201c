import { backslash, hexAt } from "./bytes.ts";

/** Whether what stands between the quotes of a text of JSON is this text, in whatever way it is written. */
export function isTextAt(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  let at = start;
  let unit = 0;
  while (at < end) {
    const code = bytes[at] as number;
    if (code === backslash) {
      const letter = bytes[at + 1] as number;
      const isUnit = letter === 0x75;
      if ((isUnit ? hexAt(bytes, at + 2) : escaped[letter]) !== text.charCodeAt(unit++))
        return false;
      at += isUnit ? 6 : 2;
    } else if (code < 0x80) {
      if (code !== text.charCodeAt(unit++)) return false;
      at++;
    } else {
      const more = code < 0xe0 ? 1 : code < 0xf0 ? 2 : 3;
      let point = code & (0x3f >> more);
      for (let i = 1; i <= more; i++) point = (point << 6) | ((bytes[at + i] as number) & 0x3f);
      if (point !== text.codePointAt(unit)) return false;
      unit += point > 0xffff ? 2 : 1;
      at += more + 1;
    }
  }
  return unit === text.length;
}

// --- internal ---

/** The characters of escapes, by their letters. */
const escaped = new Uint8Array(256);
for (const [at, letter] of [...'"\\/bfnrt'].entries()) {
  escaped[letter.charCodeAt(0)] = '"\\/\b\f\n\r\t'.charCodeAt(at);
}
