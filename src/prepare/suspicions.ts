import { isObject } from "../base/is-object.ts";
import { isRawJson } from "../base/raw-json.ts";
import { maxReadableDepth, type Suspicions } from "../rows/unstorable.ts";
import type { MiscFacts } from "../submission/misc.ts";
import type { FoundMistake } from "../submission/mistakes.ts";

/** A `misc` below this size fits into jsonb whatever it holds. */
const largeText = 16 * 1024 * 1024;
/** Levels around a `misc`: submission, list, object, environment. */
export const levelsAroundMisc = 4;

const badCharacterEscape = /\\u(?:0000|[dD][89a-fA-F])/;
const oddVersionNumber = /"m(?:ajor|inor)"\s*:\s*(?:-|[0-9]+[.eE])/;
/** The last field of a text is a version of integers; in JSON nothing else looks like that. */
const plainVersionAtEnd =
  /[{,]\s*"version"\s*:\s*\{\s*(?:"m(?:aj|in)or"\s*:\s*[0-9]+\s*,?\s*){1,2}\}\s*\}\s*$/;
/** So many characters it is looked for in; a text that is short is looked at as a whole. */
const endCharacters = 200;
const shortCharacters = 4_000;
/** An escape that can hide the names that `oddVersionNumber` looks for. */
const letterEscape = /\\u00[67]/;

/** What a text could hold that no database does, as far as a look at it tells. */
export function suspicionsOf(text: string, misc: MiscFacts, maxGrowth: number): Suspicions {
  return {
    characters: text.includes("\\u") && badCharacterEscape.test(text),
    numbers: misc.hasNumbers,
    sizes: mayBeTooLarge(text.length),
    depth: misc.depth > maxReadableDepth,
    maxGrowth,
  };
}

/** Whether a text is long enough for a `misc` that is larger than jsonb. */
export function mayBeTooLarge(units: number): boolean {
  return units > largeText;
}

/** Whether a text may have a version number that is not written as an integer. */
export function mayHaveOddVersion(text: string): boolean {
  // Many programs sort the fields, and of equal names the last counts: then nothing else is to be looked at.
  const isLong = text.length > shortCharacters;
  if (isLong && plainVersionAtEnd.test(text.slice(-endCharacters))) return false;
  return oddVersionNumber.test(text) || (text.includes("\\u") && letterEscape.test(text));
}

/** Finds a version number that is not written as an integer: the reference tells 5.0 from 5. */
export function oddNumberOf(version: unknown): FoundMistake | undefined {
  if (!isObject(version)) return undefined;
  for (const [name, number] of Object.entries(version)) {
    if (!isRawJson(number) || number.rawJSON === "-0") continue;
    return {
      path: ["version", name],
      code: "type",
      expected: "an integer without point and exponent",
      value: number,
      hint: `write ${Number(number.rawJSON)}`,
      fix: [{ op: "replace", path: `/version/${name}`, value: Number(number.rawJSON) }],
    };
  }
  return undefined;
}
