import { parseExactly } from "../base/raw-json.ts";
import { cutOff, type Problem } from "./json/lex.ts";
import { scan } from "./json/scan.ts";

/** Levels of nesting that a submission may have. */
export const maxDepth = 2000;

/** A parsed JSON text, or what is wrong with it. */
export type Parsed = { value: unknown } | { problem: Problem };

/** Parses JSON with the native parser; where that refuses, a slower scan says why. Never throws. */
export function parseText(text: string): Parsed {
  return parseWith(JSON.parse, text);
}

/**
 * Parses JSON, numbers as they are written. A field that another of its name replaced can be nested
 * deeper than the engine's reviver goes, which `parseText` does not notice. Never throws.
 */
export function parseTextExactly(text: string): Parsed {
  return parseWith(parseExactly, text);
}

function parseWith(parse: (text: string) => unknown, text: string): Parsed {
  try {
    return { value: parse(text) };
  } catch (error) {
    const problem = scan(text, maxDepth);
    return { problem: problem ?? { ...cutOff(text, String(error)), kind: "not-json" } };
  }
}
