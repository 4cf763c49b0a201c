/**
 * What a terminal, a log collector or a reader could take for something else, or not see: control and
 * format characters, line separators, lone surrogates, and letters and planes that show as nothing.
 */
const unsafe =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}\u115f\u1160\u3164\uffa0\u180e\u{e0000}-\u{e0fff}]/gu;

/** What nearly every text is made of, and what needs no look at its characters. */
const plain = /^[ -~]*$/;

const shortForms: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The text with each unsafe character, a whole code point, replaced. */
export function replaceUnsafe(text: string, replace: (character: string) => string): string {
  return plain.test(text) ? text : text.replace(unsafe, replace);
}

/** The text with unsafe characters written as `\n`, `\u001b` and the like; never more than one line. */
export function escapeText(text: string): string {
  return replaceUnsafe(text, (character) => shortForms[character] ?? escapeUnits(character));
}

/**
 * As {@link escapeText}, for a JSON text, which stays the same document: within its strings every
 * escape is one that JSON knows; line ends and tabs between its tokens stay, but for a bare `\r`.
 */
export function escapeJson(json: string): string {
  return replaceUnsafe(json, (character) => betweenTokens[character] ?? escapeUnits(character));
}

const betweenTokens: Readonly<Record<string, string>> = { "\n": "\n", "\t": "\t", "\r": " " };

/** `\u202e`, or the two of a surrogate pair, as JSON writes what is beyond U+FFFF. */
function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");
}
