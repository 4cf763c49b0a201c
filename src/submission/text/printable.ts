const unprintable =
  /["\\\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]|\p{Surrogate}/gu;

/**
 * Writes text as a JSON string that is safe to show: control, direction and invisible characters
 * and lone surrogates are escaped, and what goes beyond `maxLength` characters gives way to "…".
 */
export function printable(text: string, maxLength = 80): string {
  return `"${escapeText(shorten(text, maxLength))}"`;
}

/** Escapes what could change how a terminal or a log shows the text around it. */
export function escapeText(text: string): string {
  return text.replace(unprintable, escapeCharacter);
}

/** Cuts text to `maxLength` UTF-16 units, never through a surrogate pair, and marks the cut. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const head = text.slice(0, maxLength - 1);
  return `${/[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head}…`;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  const short = { "\n": "\\n", "\t": "\\t", "\r": "\\r" }[character];
  return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
