import {
  cutOff,
  endOfLiteral,
  endOfNumber,
  endOfString,
  type Problem,
  restOfString,
} from "./lex.ts";

/** What a scan meets, in the order of the text. */
export interface Visitor {
  /** The name of a field, with its quotes. */
  key(start: number, end: number): void;
  /** A value begins; an object or a list is `open` until `close` is called for it. */
  value(start: number, open: boolean): void;
  close(): void;
  /** Whether what is in the object or list that begins is not wanted, and known to be JSON. */
  skips?(): boolean;
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

/** How many characters are left for the next piece: whether a number or a word ends there, nobody knows yet. */
const outlook = 100;

/**
 * Reads text as strict JSON (RFC 8259), one value, without recursion and in linear time. Gives the
 * first thing that is wrong, which nesting beyond `maxDepth` is too. It is used where the native
 * parser says nothing: for the place of a syntax error, or of a value.
 */
export function scan(text: string, maxDepth: number, visitor?: Visitor): Problem | undefined {
  const found = new TextScan(maxDepth, visitor).read(text, true);
  return typeof found === "number" ? undefined : found;
}

/** A scan of a text that comes in pieces. */
export class TextScan {
  readonly #maxDepth: number;
  readonly #visitor: Visitor | undefined;
  /** Of each open bracket: is it an object? */
  readonly #open: boolean[] = [];
  #expect = Expect.Value;
  /** What came last, spaces aside, was a comma. */
  #isAfterComma = false;
  /** The piece before has ended within a string. */
  #isInString = false;

  constructor(maxDepth: number, visitor?: Visitor) {
    this.#maxDepth = maxDepth;
    this.#visitor = visitor;
  }

  /**
   * Reads on, up to the first thing that is wrong. Answers how far it came: from there on the text must be
   * given again, with more behind it.
   */
  read(text: string, isLast: boolean): Problem | number {
    const open = this.#open;
    const visitor = this.#visitor;
    const sureUpTo = isLast ? text.length : text.length - outlook;
    let place = 0;
    while (true) {
      const expect = this.#expect;
      const isWithin = this.#isInString;
      if (!isWithin) place = skipSpace(text, place);
      if (place >= text.length) {
        if (!isLast) return text.length;
        if (isWithin) return cutOff(text, restOfString);
        return expect === Expect.End ? place : cutOff(text, words[expect]);
      }
      const character = text[place] as string;
      const inObject = open.at(-1) === true;
      const mayClose = expect === Expect.ValueOrClose || expect >= Expect.CommaOrClose;
      const isKey = expect === Expect.Key || expect === Expect.KeyOrClose;
      if (expect === Expect.End) return this.#wrong(text, place);

      if (
        !isWithin &&
        (mayClose || expect === Expect.KeyOrClose) &&
        character === (inObject ? "}" : "]")
      ) {
        open.pop();
        visitor?.close();
        place += 1;
        this.#isAfterComma = false;
        this.#expect = open.length ? Expect.CommaOrClose : Expect.End;
      } else if (isKey || expect === Expect.Value || expect === Expect.ValueOrClose) {
        if (!isWithin && isKey && character !== '"') return this.#wrong(text, place);
        const opens = !isWithin && (character === "{" || character === "[");
        if (opens) {
          if (open.length >= this.#maxDepth) return tooDeep(place, this.#maxDepth);
          visitor?.value(place, true);
          if (visitor?.skips?.()) {
            place = endOfOpen(text, place);
            visitor.close();
            this.#isAfterComma = false;
            this.#expect = open.length ? Expect.CommaOrClose : Expect.End;
            continue;
          }
          open.push(character === "{");
          place += 1;
          this.#isAfterComma = false;
          this.#expect = character === "{" ? Expect.KeyOrClose : Expect.ValueOrClose;
          continue;
        }
        const isString = isWithin || character === '"';
        const end = isString
          ? endOfString(text, isWithin ? place - 1 : place)
          : this.#endOfScalar(text, place, character);
        const isOpenEnd = typeof end === "number" ? end > sureUpTo : end.kind === "cut-off";
        if (!isLast && isString && typeof end !== "number" && isOpenEnd) {
          this.#isInString = true;
          return lastSureUnit(text);
        }
        if (!isLast && !isString && (isOpenEnd || place > sureUpTo)) return place;
        if (typeof end !== "number") return end;
        if (isKey) visitor?.key(place, end);
        else visitor?.value(place, false);
        place = end;
        this.#isInString = false;
        this.#isAfterComma = false;
        this.#expect = isKey ? Expect.Colon : open.length ? Expect.CommaOrClose : Expect.End;
      } else {
        if (character !== (expect === Expect.Colon ? ":" : ",")) return this.#wrong(text, place);
        place += 1;
        this.#isAfterComma = expect === Expect.CommaOrClose;
        this.#expect = this.#isAfterComma && inObject ? Expect.Key : Expect.Value;
      }
    }
  }

  #endOfScalar(text: string, place: number, first: string): number | Problem {
    if ((first >= "0" && first <= "9") || first === "-" || first === "+" || first === ".") {
      return endOfNumber(text, place);
    }
    if (first === "]" || first === "}" || first === "," || first === ":")
      return wrong(text, place, Expect.Value, this.#isAfterComma);
    return endOfLiteral(text, place);
  }

  #wrong(text: string, place: number): Problem {
    return wrong(text, place, this.#expect, this.#isAfterComma);
  }
}

/** The place up to which a text that ends within a string can be taken as read: an escape is not torn apart. */
function lastSureUnit(text: string): number {
  const last = text.lastIndexOf("\\");
  if (last < text.length - 6) return text.length;
  let first = last;
  while (first > 0 && text[first - 1] === "\\") first -= 1;
  return (last - first) % 2 === 0 ? last : text.length;
}

function skipSpace(text: string, start: number): number {
  let place = start;
  while (true) {
    const code = text.charCodeAt(place);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return place;
    place += 1;
  }
}

/** The place behind a list or an object that is known to be JSON. */
function endOfOpen(text: string, start: number): number {
  let depth = 0;
  let place = start;
  while (place < text.length) {
    const code = text.charCodeAt(place);
    if (code === 0x22) {
      place = endOfKnownString(text, place);
      continue;
    }
    place += 1;
    // Brackets and braces differ by one bit.
    const kind = code | 0x20;
    if (kind === 0x7b) depth += 1;
    else if (kind === 0x7d && --depth === 0) break;
  }
  return place;
}

function endOfKnownString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end >= 0) {
    let first = end;
    while (text.charCodeAt(first - 1) === 0x5c) first -= 1;
    if ((end - first) % 2 === 0) return end + 1;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

function tooDeep(offset: number, maxDepth: number): Problem {
  return { kind: "too-deep", offset, expected: `at most ${maxDepth} levels of nesting` };
}

function wrong(text: string, offset: number, expect: Expect, isAfterComma: boolean): Problem {
  const hint = hintFor(text, offset, expect, isAfterComma);
  const problem = { kind: "not-json", offset, expected: words[expect] } as const;
  return hint ? { ...problem, hint } : problem;
}

function hintFor(
  text: string,
  offset: number,
  expect: Expect,
  isAfterComma: boolean,
): string | undefined {
  const character = text[offset] ?? "";
  if ((character === "}" || character === "]") && isAfterComma) {
    return `remove the comma before the ${character}`;
  }
  if (character === "/" || character === "#") return "JSON has no comments";
  if (character === "'") return "JSON strings stand in double quotes";
  if (expect === Expect.End) return "a file holds one submission and nothing after it";
  if (expect === Expect.CommaOrClose && /["{[\w-]/.test(character)) return "a comma is missing";
  return undefined;
}
