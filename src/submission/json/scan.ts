import { cutOff, endOfLiteral, endOfNumber, endOfString, type Problem } from "./lex.ts";

/** What a scan meets, in the order of the text. */
export interface Visitor {
  /** The name of a field, with its quotes. */
  key(start: number, end: number): void;
  /** A value begins; an object or a list is `open` until `close` is called for it. */
  value(start: number, open: boolean): void;
  close(): void;
}

enum Expect {
  Value,
  ValueOrClose,
  KeyOrClose,
  Key,
  Colon,
  CommaOrClose,
  End,
}

const words: Record<Expect, string> = {
  [Expect.Value]: "a JSON value",
  [Expect.ValueOrClose]: "a JSON value or ]",
  [Expect.KeyOrClose]: "a field name in double quotes or }",
  [Expect.Key]: "a field name in double quotes",
  [Expect.Colon]: "a colon",
  [Expect.CommaOrClose]: "a comma or the closing bracket",
  [Expect.End]: "the end of the file",
};

/**
 * Reads text as strict JSON (RFC 8259), one value, without recursion and in linear time. Gives the
 * first thing that is wrong, which nesting beyond `maxDepth` is too. It is used where the native
 * parser says nothing: for the place of a syntax error, or of a value.
 */
export function scan(text: string, maxDepth: number, visitor?: Visitor): Problem | undefined {
  /** Of each open bracket: is it an object? */
  const open: boolean[] = [];
  let expect = Expect.Value;
  let place = 0;
  while (true) {
    place = skipSpace(text, place);
    if (place >= text.length)
      return expect === Expect.End ? undefined : cutOff(text, words[expect]);
    const character = text[place] as string;
    const inObject = open.at(-1) === true;
    const mayClose = expect === Expect.ValueOrClose || expect >= Expect.CommaOrClose;
    if (expect === Expect.End) return wrong(text, place, expect);

    if ((mayClose || expect === Expect.KeyOrClose) && character === (inObject ? "}" : "]")) {
      open.pop();
      visitor?.close();
      place += 1;
      expect = open.length ? Expect.CommaOrClose : Expect.End;
    } else if (expect === Expect.Value || expect === Expect.ValueOrClose) {
      const opens = character === "{" || character === "[";
      if (!opens) {
        const end = endOfScalar(text, place, character);
        if (typeof end !== "number") return end;
        visitor?.value(place, false);
        place = end;
        expect = open.length ? Expect.CommaOrClose : Expect.End;
        continue;
      }
      if (open.length >= maxDepth) return tooDeep(place, maxDepth);
      visitor?.value(place, true);
      open.push(character === "{");
      place += 1;
      expect = character === "{" ? Expect.KeyOrClose : Expect.ValueOrClose;
    } else if (expect === Expect.Key || expect === Expect.KeyOrClose) {
      if (character !== '"') return wrong(text, place, expect);
      const end = endOfString(text, place);
      if (typeof end !== "number") return end;
      visitor?.key(place, end);
      place = end;
      expect = Expect.Colon;
    } else {
      if (character !== (expect === Expect.Colon ? ":" : ",")) return wrong(text, place, expect);
      place += 1;
      expect = expect === Expect.CommaOrClose && inObject ? Expect.Key : Expect.Value;
    }
  }
}

function skipSpace(text: string, start: number): number {
  let place = start;
  while (true) {
    const code = text.charCodeAt(place);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return place;
    place += 1;
  }
}

function endOfScalar(text: string, place: number, first: string): number | Problem {
  if (first === '"') return endOfString(text, place);
  if ((first >= "0" && first <= "9") || first === "-" || first === "+" || first === ".") {
    return endOfNumber(text, place);
  }
  if (first === "]" || first === "}" || first === "," || first === ":")
    return wrong(text, place, Expect.Value);
  return endOfLiteral(text, place);
}

function tooDeep(offset: number, maxDepth: number): Problem {
  return { kind: "too-deep", offset, expected: `at most ${maxDepth} levels of nesting` };
}

function wrong(text: string, offset: number, expect: Expect): Problem {
  const hint = hintFor(text, offset, expect);
  const problem = { kind: "not-json", offset, expected: words[expect] } as const;
  return hint ? { ...problem, hint } : problem;
}

/** The last character before a place that is no white space. */
function before(text: string, offset: number): string | undefined {
  let place = offset - 1;
  while (place >= 0 && skipSpace(text, place) !== place) place -= 1;
  return text[place];
}

function hintFor(text: string, offset: number, expect: Expect): string | undefined {
  const character = text[offset] ?? "";
  if ((character === "}" || character === "]") && before(text, offset) === ",") {
    return `remove the comma before the ${character}`;
  }
  if (character === "/" || character === "#") return "JSON has no comments";
  if (character === "'") return "JSON strings stand in double quotes";
  if (expect === Expect.End) return "a file holds one submission and nothing after it";
  if (expect === Expect.CommaOrClose && /["{[\w-]/.test(character)) return "a comma is missing";
  return undefined;
}
