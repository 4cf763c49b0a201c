/**
 * What a terminal, a log collector or a reader could take for something else: control bytes and
 * escape codes (C0, DEL, C1), line separators, and marks that turn the direction of text round.
 */
const treacherous =
  /[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]|\p{Surrogate}/gu;

const shortForms: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** The text with treacherous characters written as `\n`, `\u001b` and the like; never more than one line. */
export function escapeText(text: string): string {
  return text.replace(
    treacherous,
    (character) => shortForms[character] ?? escapeCodeUnit(character),
  );
}

/** As {@link escapeText}, for a JSON text: every escape is one that JSON knows. */
export function escapeJson(json: string): string {
  return json.replace(treacherous, escapeCodeUnit);
}

function escapeCodeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
