import type { Problem } from "../json/lex.ts";
import { printable } from "../text/printable.ts";
import type { Advice, Edit, TextAround } from "./fix.ts";
import { hintForNoJson } from "./hint-no-json.ts";

/** Says what to change in a text that is not JSON; `edit` is what a program would do. */
export function hintForSyntax(problem: Problem, around: TextAround): Advice {
  const { offset, expected, hint } = problem;
  const { before, rest } = around;
  const found =
    hintForConflict(before, rest) ??
    hintForNoJson(problem, around) ??
    hintForInnerQuote(problem, before, rest) ??
    hintForCharacter(offset, rest) ??
    (expected.startsWith("no control") ? hintForControl(offset, rest, before) : undefined) ??
    (expected.startsWith("an escape") ? hintForEscape(offset, rest) : undefined) ??
    hintForPunctuation(problem, before, rest) ??
    hintForToken(problem, rest);
  return found ?? { hint: hint ?? `JSON asks for ${expected} here` };
}

// --- internal ---

function edit(offset: number, length: number, text: string): { edit: Edit } {
  return { edit: { offset, length, text } };
}

/** What editors and office programs put in the place of plain characters. */
function hintForCharacter(offset: number, rest: string): Advice | undefined {
  const [quoted, inside] = /^[“”„«»‘’‚]([^“”„«»‘’‚"\n]*)[“”„«»‘’‚"]/.exec(rest) ?? [];
  if (quoted !== undefined) {
    const hint = "these are typographic quotes: JSON strings stand in plain double quotes";
    return { hint, ...edit(offset, quoted.length, JSON.stringify(inside)) };
  }
  const [odd] =
    /^[\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff]+/.exec(rest) ?? [];
  if (odd === undefined) return undefined;
  const code = (odd.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const hint = `an invisible character stands here, U+${code}: take it out, or write a plain space`;
  return { hint, ...edit(offset, odd.length, " ") };
}

/** What git writes into a file with two versions of the same lines. */
function hintForConflict(before: string, rest: string): Advice | undefined {
  if (!/(?:^|\n)$/.test(before) || !/^(?:<{7} |\|{7} |={7}\r?\n|>{7} )/.test(rest))
    return undefined;
  return { hint: "git marks a conflict here: keep one of the two sides, and no line of marks" };
}

/** A string that goes on right after its end had quotes inside. */
function hintForInnerQuote(
  { offset, expected }: Problem,
  before: string,
  rest: string,
): Advice | undefined {
  if (!expected.startsWith("a comma") || !before.endsWith('"') || rest.startsWith("/*")) {
    return undefined;
  }
  const [, inner] = /^([^\s,:}\]"\\][^"\n\\]*)"[^"\n]*"\s*[,}\]]/.exec(rest) ?? [];
  if (inner === undefined) return undefined;
  const text = `\\"${inner}\\"`;
  const hint = `a " inside a string has a \\ before it: ${printable(inner, 40).replace(/^"|"$/g, '\\"')}`;
  return { hint, ...edit(offset - 1, inner.length + 2, text) };
}

function hintForControl(offset: number, rest: string, before: string): Advice {
  const character = rest[0] ?? "";
  const isUnclosed = character === "\n" && /^\s*(?:"[^"\n]*"\s*:|[}\]])/.test(rest);
  if (isUnclosed) {
    const [comma = ""] = /,?[ \t\r]*$/.exec(before.slice(-100)) ?? [];
    const hint =
      'the string does not end in its line: put a " at its end, or write the line break as \\n';
    return { hint, ...edit(offset - comma.length, 0, '"') };
  }
  const escaped = JSON.stringify(character).slice(1, -1);
  return { hint: `write it as ${escaped}`, ...edit(offset, 1, escaped) };
}

function hintForEscape(offset: number, rest: string): Advice {
  if (rest.startsWith("\\'")) return { hint: "a ' needs no \\ before it", ...edit(offset, 1, "") };
  const [whole, digits] = /^\\x([0-9A-Fa-f]{2})/.exec(rest) ?? [];
  if (whole)
    return { hint: `write it as \\u00${digits}`, ...edit(offset, whole.length, `\\u00${digits}`) };
  return { hint: "write a \\ itself as \\\\", ...edit(offset, 1, "\\\\") };
}

/** Commas, colons and brackets, and comments between them. */
function hintForPunctuation(
  { offset, expected }: Problem,
  text: string,
  rest: string,
): Advice | undefined {
  const character = rest[0] ?? "";
  const comma = /,(\s*)$/.exec(text);
  if (/[}\]]/.test(character) && comma) {
    const hint = `remove the comma before the ${character}`;
    return { hint, ...edit(offset - comma[0].length, 1, "") };
  }
  const [comment] = /^(?:\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/)/.exec(rest) ?? [];
  if (comment)
    return { hint: "JSON has no comments: take it out", ...edit(offset, comment.length, "") };
  const before = /([:[])\s*$/.exec(text)?.[1];
  if (/[,}\]]/.test(character) && before === ":") {
    const hint = "there is no value after the colon: leave the field out";
    return { hint, ...edit(offset, 0, "null") };
  }
  if (character === "}" && before === "[") {
    return { hint: "a ] is missing before it", ...edit(offset, 0, "]") };
  }
  if (character === ",") return { hint: "there is a comma too many", ...edit(offset, 1, "") };
  if (expected === "a colon") {
    const [sign] = /^(?:=>?|->)/.exec(rest) ?? [];
    const hint = "a field is written as its name, a colon and its value";
    if (/[,}\]]/.test(character)) return { hint };
    return { hint, ...edit(offset, sign?.length ?? 0, ":") };
  }
  if (expected.startsWith("a comma")) {
    if (/[}\]]/.test(character)) {
      const missing = character === "}" ? "]" : "}";
      return { hint: `a ${missing} is missing before it`, ...edit(offset, 0, missing) };
    }
    if (/[{"[\w-]/.test(character)) return { hint: "a comma is missing", ...edit(offset, 0, ",") };
    if (character === ";")
      return { hint: "parts are separated by commas", ...edit(offset, 1, ",") };
  }
  return undefined;
}

const words: Readonly<Record<string, string>> = {
  True: "true",
  TRUE: "true",
  False: "false",
  FALSE: "false",
};

const placeholder: Advice = {
  hint: "a placeholder was not filled in: put the value in its place",
};

/** Names, words and numbers that JSON writes in another way. */
function hintForToken({ offset, expected, hint }: Problem, rest: string): Advice | undefined {
  const [quoted, inside = ""] = /^'((?:[^'\\\n]|\\.)*)'/.exec(rest) ?? [];
  if (quoted) {
    const text = JSON.stringify(
      inside.replaceAll("\\'", "'").replaceAll('\\"', '"').replaceAll("\\\\", "\\"),
    );
    return { hint: "JSON strings stand in double quotes", ...edit(offset, quoted.length, text) };
  }
  if (/^(?:\{\{|\$\{?\w|<[\w% ]|%\w+%|@\w+@)/.test(rest)) {
    return { hint: "a placeholder was not filled in: put the value in its place" };
  }
  if (expected.startsWith("a field name") && rest.startsWith("{")) return placeholder;
  const [name] = /^[\w$.:+-]+/.exec(rest) ?? [];
  if (name === undefined) return undefined;
  if (expected.startsWith("a field name")) {
    return {
      hint: "put the name in double quotes",
      ...edit(offset, name.length, JSON.stringify(name)),
    };
  }
  const word = words[name];
  if (word) return { hint: `write ${word}`, ...edit(offset, name.length, word) };
  if (/^(?:none|nil|undefined|nan|[-+]?inf|[-+]?infinity)$/i.test(name)) {
    return { hint: hint ?? "leave the field out", ...edit(offset, name.length, "null") };
  }
  const plain = numberOf(name);
  if (plain !== undefined)
    return {
      hint: `${hint ?? "JSON writes numbers in one way"}: write ${plain}`,
      ...edit(offset, name.length, plain),
    };
  if (/^[\w$.:+-]+$/.test(name) && expected !== "the end of the file") {
    return {
      hint: `put it in double quotes: ${printable(name, 40)}`,
      ...edit(offset, name.length, JSON.stringify(name)),
    };
  }
  return undefined;
}

/** A number as JSON writes it: no sign, zeros or underscores before it, digits on both sides of the point. */
function numberOf(run: string): string | undefined {
  if (/^0x[0-9a-f]{1,12}$/i.test(run)) return String(Number(run));
  const text = run
    .replaceAll("_", "")
    .replace(/^\+/, "")
    .replace(/^(-?)0+(?=[0-9])/, "$1")
    .replace(/^(-?)\./, "$10.")
    .replace(/\.(?=$|[eE])/, ".0");
  return text !== run && /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/.test(text)
    ? text
    : undefined;
}
