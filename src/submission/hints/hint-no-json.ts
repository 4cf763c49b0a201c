import type { Problem } from "../json/lex.ts";
import { newestVersion } from "../versions/versions.ts";
import type { Advice, TextAround } from "./fix.ts";
import { writtenVersion } from "./hint-case.ts";

/** How a text begins that was never meant to be JSON, and what to do about it. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [
    /^<(?:!doctype|html|head|body)/i,
    "this is an HTML page, as a server answers: send the JSON itself",
  ],
  [/^<\?xml|^<[a-z]/i, "this is XML: send the submission as JSON"],
  [
    /^--[\w'()+,./:=?-]+\r?\n(?:content-|\r?\n)/i,
    "this is the body of a form: send the JSON alone, as curl does with --data-binary @FILE",
  ],
  [
    /^[\w.-]+=(?:%7b|%5b)/i,
    "this is the body of a form: send the JSON alone, as curl does with --data-binary @FILE",
  ],
  [/^(?:---\s|version:\s|(?:checkouts|builds|tests):\s)/, "this is YAML: write it as JSON"],
  [
    /^\0+/,
    "the file has NUL bytes in place of its text: it was not written to its end; write it anew",
  ],
  [
    /^(?:K?TAP version \d|1\.\.\d+\s|(?:not )?ok \d)/,
    "this is TAP: send JSON, with each result as an object in the list `tests`",
  ],
  [
    /^[\w ]+(?:[,;\t][\w. ]+){2,}\r?\n(?![\s\S]{0,500}\{)/,
    "this is a table, as CSV: send JSON, with each row as an object in a list, as `tests`",
  ],
  [/^eyJ[\w+/=\s-]*$/, "this is Base64: decode it, as with base64 -d"],
];

/** What stands before a document and only has to go. */
const prefixes: readonly (readonly [RegExp, string])[] = [
  [/^\ufeff+/, "one byte-order mark is enough: take this one away"],
  [
    /^HTTP\/\d[\s\S]*?\r?\n\r?\n/,
    "these are the headers of an HTTP answer: the file begins with the {",
  ],
  [/^```\w*\r?\n/, "these are the fences of Markdown: take both away"],
  [
    /^(?:(?:var|let|const)\s+\w+|module\.exports|export default)\s*=?\s*/,
    "this is JavaScript: the file begins with the {",
  ],
  [/^[\w$.]+\(/, "this is a call of a function: the file holds what stands in its parentheses"],
  [/^[\w.-]+=(?=[{[])/, "this is the body of a form: the file begins with the {"],
  [/^\)\]\}',?\r?\n/, "the file begins with the {: take away what stands before it"],
  [/^[^{["]{1,500}(?=\{\s*["}])/, "the file begins with the {: take away what stands before it"],
];

const endings: readonly (readonly [RegExp, string])[] = [
  [/^[}\]]+\s*$/, "there is a bracket too many at the end: take it away"],
  [/^[;),]+\s*$/, "nothing stands after the last bracket: take it away"],
  [/^[\0\x1a]+\s*$/, "there are NUL bytes after the submission: cut them off"],
  [/^```\s*$/, "these are the fences of Markdown: take both away"],
];

/** Says what a text is that is no JSON from its first character on, or after its end. */
export function hintForNoJson(
  { offset, expected }: Problem,
  { before, rest, isBeginning }: TextAround,
): Advice | undefined {
  if (isBeginning && before.trim() === "") {
    if (rest.startsWith("\u001e")) return separators(offset, rest);
    const begun = beginnings.find(([pattern]) => pattern.test(rest));
    if (begun) return { hint: begun[1] };
    if (/^[{["]/.test(rest)) return undefined;
    const cut = cutOff(prefixes, rest, offset);
    if (cut || /^[\d'/#“-]/.test(rest)) return cut;
    return { hint: "a submission is a JSON object, which begins with {: this is something else" };
  }
  if (expected !== "the end of the file") return undefined;
  const ending = rest.length < 2000 ? cutOff(endings, rest, offset) : undefined;
  if (ending) return ending;
  if (rest.startsWith("\0"))
    return { hint: "there are NUL bytes after the submission: cut them off" };
  const areObjects = /^\s*\{\s*"/.test(before) && /^\{/.test(rest);
  if (areObjects && isBeginning && !/"version"\s*:\s*\{/.test(before + rest)) {
    const example = `{"version": ${writtenVersion(newestVersion)}, "tests": [{…}, {…}]}`;
    return {
      hint: `one object holds the whole submission, and these go into its lists: ${example}`,
    };
  }
  if (/^[{[\u001e]/.test(rest)) {
    return {
      hint: "a file holds one submission and nothing after it: put each into a file of its own",
    };
  }
  if (/^[/#]/.test(rest)) return undefined;
  const hint = "a file holds one submission and nothing after it: take this away";
  return rest.length < 2000 ? { hint, edit: { offset, length: rest.length, text: "" } } : { hint };
}

// --- internal ---

function cutOff(table: typeof prefixes, rest: string, offset: number): Advice | undefined {
  for (const [pattern, hint] of table) {
    const [found] = pattern.exec(rest) ?? [];
    if (found) return { hint, edit: { offset, length: found.length, text: "" } };
  }
  return undefined;
}

/** The separators of RFC 7464: of one record they only have to go. */
function separators(offset: number, rest: string): Advice {
  const isOne = rest.indexOf("\u001e", 1) < 0;
  const hint =
    "this is a record separator (U+001E): a file holds one submission alone, without any";
  return isOne
    ? { hint, edit: { offset, length: 1, text: "" } }
    : { hint: `${hint}; put each record into a file of its own` };
}
