import { isObjectOrCarried } from "./carried/values.ts";
import { exceeds } from "./formats/exceeds.ts";
import { formats } from "./formats/formats.ts";
import { matches } from "./formats/patterns.ts";
import type { FieldType, IntegerType, ListType, ObjectType, StringType } from "./versions/field.ts";

/** A type whose values have no parts that are looked at. */
export type LeafType = Exclude<FieldType, ListType | ObjectType | { kind: "either" }>;

/** The rule that a value breaks: its code, and what it asks for in words. */
export interface Violation {
  code: "type" | "constant" | "minimum" | "maximum" | "enum" | "format" | "max-length" | "pattern";
  expected: string;
}

/** Finds the first rule of a type that a value breaks, in the order of `submission/README.md` 7. */
export function findViolation(type: LeafType, value: unknown): Violation | undefined {
  switch (type.kind) {
    case "open":
      return isObjectOrCarried(value) ? undefined : { code: "type", expected: "an object" };
    case "boolean":
      return typeof value === "boolean" ? undefined : { code: "type", expected: "true or false" };
    case "number":
      return typeof value === "number" ? undefined : { code: "type", expected: "a number" };
    case "integer":
      return violationOfInteger(type, value);
    case "string": {
      const { values, format, maxLength, pattern } = type;
      if (typeof value !== "string") return { code: "type", expected: wordsFor(type) };
      if (values && !values.includes(value)) {
        return { code: "enum", expected: oneOf(values) };
      }
      if (format && !formats[format].test(value)) {
        return { code: "format", expected: formats[format].words };
      }
      if (maxLength !== undefined && exceeds(value, maxLength)) {
        return { code: "max-length", expected: `at most ${maxLength} characters` };
      }
      if (pattern && !matches(pattern, value)) return { code: "pattern", expected: pattern.words };
    }
  }
  return undefined;
}

// --- internal ---

const wordsByValues = new WeakMap<readonly string[], string>();

/** Made once: a hostile file asks for it at each of its objects. */
function oneOf(values: readonly string[]): string {
  const known = wordsByValues.get(values);
  if (known !== undefined) return known;
  const words = `one of ${values.join(", ")}`;
  wordsByValues.set(values, words);
  return words;
}

/** What is asked for where there is no text at all. */
function wordsFor({ values, format }: StringType): string {
  if (values) return oneOf(values);
  return format ? formats[format].words : "text";
}

function violationOfInteger(
  { constant, maximum = Number.POSITIVE_INFINITY }: IntegerType,
  value: unknown,
): Violation | undefined {
  // An integer beyond a double arrives as Infinity: the format lets it pass, no column holds it.
  const isInteger =
    typeof value === "number" && (Number.isInteger(value) || Math.abs(value) === Infinity);
  if (!isInteger) return { code: "type", expected: "an integer" };
  if (constant !== undefined && value !== constant) {
    return { code: "constant", expected: String(constant) };
  }
  if (value < 0) return { code: "minimum", expected: "an integer, 0 or more" };
  if (value > maximum) return { code: "maximum", expected: `an integer, at most ${maximum}` };
  return undefined;
}
