/** Why text is not JSON, and where. */
export interface Problem {
  /** `cut-off` is text that could go on to be JSON. */
  kind: "not-json" | "cut-off" | "too-deep";
  /** UTF-16 offset of the first character that is wrong; the length of the text when it is cut off. */
  offset: number;
  expected: string;
  hint?: string;
}

/** What is expected where a text ends within a string. */
export const restOfString = "the rest of a string";

const plainRun = /[^"\\\u0000-\u001f]*/y;
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const numberRun = /[-+.0-9A-Za-z_]*/y;
const wordRun = /[A-Za-z_$][\w$]*/y;
const literals = ["true", "false", "null"];

/** Finds the end of the string that opens at `start` (RFC 8259, section 7). */
export function endOfString(text: string, start: number): number | Problem {
  let place = start + 1;
  while (true) {
    place = endOf(plainRun, text, place);
    if (place >= text.length) return cutOff(text, restOfString);
    const code = text.charCodeAt(place);
    if (code === 0x22) return place + 1;
    if (code !== 0x5c) return controlCharacter(text, place);
    const length = escapeLength(text, place);
    if (typeof length !== "number") return length;
    place += length;
  }
}

/** Finds the end of the number that begins at `start` (RFC 8259, section 6). */
export function endOfNumber(text: string, start: number): number | Problem {
  // Plain digits, the most frequent, without an expression.
  let digits = start;
  while (isDigit(text.charCodeAt(digits))) digits += 1;
  const isPlain = digits === start + 1 || (digits > start && text[start] !== "0");
  if (isPlain && endsToken(text.charCodeAt(digits))) return digits;
  const end = endOf(numberToken, text, start);
  if (end > start && endsToken(text.charCodeAt(end))) return end;
  const runEnd = endOf(numberRun, text, start);
  if (end === runEnd && end > start) return end;
  const expected = "a number as 0, -12, 3.5 or 1e9";
  return runEnd >= text.length
    ? cutOff(text, expected)
    : { kind: "not-json", offset: start, expected, ...hintForNumber(text.slice(start, runEnd)) };
}

/** Finds the end of the literal that begins at `start`: true, false or null. */
export function endOfLiteral(text: string, start: number): number | Problem {
  const end = endOf(wordRun, text, start);
  const word = text.slice(start, Math.min(end, start + 20));
  if (literals.includes(word)) return end;
  const expected = "a JSON value";
  if (end >= text.length && literals.some((literal) => word && literal.startsWith(word))) {
    return cutOff(text, expected);
  }
  return { kind: "not-json", offset: start, expected, ...hintForWord(word, text[start]) };
}

/** The problem of a text that ends early. */
export function cutOff(text: string, expected: string): Problem {
  return { kind: "cut-off", offset: text.length, expected };
}

function endOf(run: RegExp, text: string, start: number): number {
  run.lastIndex = start;
  return run.test(text) ? run.lastIndex : start;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Says whether a character can follow a number: a comma, a bracket that closes, or a space. */
function endsToken(code: number): boolean {
  return code === 0x2c || code === 0x5d || code === 0x7d || code === 0x20 || code === 0x0a;
}

function escapeLength(text: string, place: number): number | Problem {
  const escaped = text[place + 1];
  const expected = 'an escape: \\" \\\\ \\/ \\b \\f \\n \\r \\t or \\u with four hex digits';
  if (escaped === undefined) return cutOff(text, expected);
  if ('"\\/bfnrt'.includes(escaped)) return 2;
  const digits = text.slice(place + 2, place + 6);
  if (escaped === "u" && /^[0-9A-Fa-f]{4}$/.test(digits)) return 6;
  if (escaped === "u" && place + 6 > text.length && /^[0-9A-Fa-f]*$/.test(digits)) {
    return cutOff(text, expected);
  }
  return { kind: "not-json", offset: place, expected };
}

function controlCharacter(text: string, offset: number): Problem {
  const short = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }[text[offset] ?? ""];
  return {
    kind: "not-json",
    offset,
    expected: "no control character inside a string",
    hint: `write it as ${short ?? "\\u00XX"}`,
  };
}

function hintForNumber(run: string): { hint?: string } {
  if (/^[-+]?(?:Infinity|inf|nan)/i.test(run))
    return { hint: "JSON has no infinity: leave it out" };
  if (/^[-+]?0[0-9]/.test(run)) return { hint: "a number cannot begin with 0" };
  if (run.startsWith("+")) return { hint: "leave out the +" };
  return {};
}

function hintForWord(word: string, first: string | undefined): { hint?: string } {
  if (/^(?:nan|inf|infinity)$/i.test(word)) {
    return { hint: `JSON has no ${word}: leave the field out` };
  }
  if (/^(?:true|false)$/i.test(word)) return { hint: `write ${word.toLowerCase()}` };
  if (/^(?:none|undefined|nil)$/i.test(word))
    return { hint: `JSON has no ${word}: leave the field out` };
  if (first === "'") return { hint: "JSON strings stand in double quotes" };
  if (first === "/" || first === "#") return { hint: "JSON has no comments" };
  return {};
}
