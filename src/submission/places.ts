import type { TextAround } from "./hints/fix.ts";
import { hintForSyntax } from "./hints/hint-syntax.ts";
import type { Problem } from "./json/lex.ts";
import { type LineColumn, linesAndColumns } from "./json/line-column.ts";
import { locate } from "./json/locate.ts";
import type { FoundMistake } from "./mistakes.ts";
import { maxDepth } from "./parse-text.ts";
import { printable } from "./text/printable.ts";

/** Where a mistake is in the file. */
export interface PlaceOfMistake extends LineColumn {
  /** Whether its very place was found, not one that contains it. */
  isExact: boolean;
  /** In units of the source, from its beginning. */
  offset: number;
  /** The number that stands there, as it is written. */
  number?: string | undefined;
  /** Whether a text stands there just so, where the source can tell. */
  stands?: ((text: string) => boolean) | undefined;
}

/** What is wrong is the name of the field, not its value. */
export const namedByKey: readonly string[] = ["unknown-field", "duplicate-key"];

/** Finds mistakes in the file that they were made in, or nesting that is too deep, which takes the place of all. */
export type PlaceFinder = (
  mistakes: readonly FoundMistake[],
) => { places: PlaceOfMistake[] } | { tooDeep: FoundMistake };

const numberToken = /-?[0-9.]+(?:[eE][-+]?[0-9]+)?/y;

/** Finds mistakes in a text; one without equal names in an object (`isUnique`) is read up to the last of them. */
export function placesIn(text: string, isUnique = false): PlaceFinder {
  return (mistakes) => {
    const isKnown = mistakes.every((mistake) => mistake.offset !== undefined);
    const paths = mistakes.map((mistake) => mistake.path);
    const found = isKnown ? undefined : locate(text, paths, maxDepth, isUnique);
    if (found?.problem) return { tooDeep: problemMistake(found.problem, text) };
    const offsets = mistakes.map((mistake, number) => {
      const location = found?.locations[number];
      const named = namedByKey.includes(mistake.code) ? location?.key : location?.value;
      return mistake.offset ?? named ?? 0;
    });
    const lines = linesAndColumns(text, offsets);
    const places = mistakes.map((_, number): PlaceOfMistake => {
      const location = found?.locations[number];
      const isExact = location?.exact ?? false;
      const { line = 1, column = 1 } = lines[number] ?? {};
      return {
        line,
        column,
        isExact,
        offset: offsets[number] ?? 0,
        stands: isExact
          ? (value) => text.startsWith(JSON.stringify(value), location?.value)
          : undefined,
        number: isExact ? numberAt(text, location?.value) : undefined,
      };
    });
    return { places };
  };
}

/** The number that begins at a place of a text, as it is written. */
export function numberAt(text: string, place = 0): string | undefined {
  numberToken.lastIndex = place;
  return numberToken.exec(text)?.[0];
}

/** Turns a fault of the text into a mistake. */
export function problemMistake(problem: Problem, text: string): FoundMistake {
  const { offset } = problem;
  const character = offset < text.length ? text.codePointAt(offset) : undefined;
  return mistakeOf(problem, character, {
    before: text.slice(Math.max(0, offset - lookedAt), offset),
    rest: text.slice(offset, offset + lookedAt),
    isBeginning: offset <= lookedAt,
  });
}

/** How many characters around a fault of the text are looked at for what to do about it. */
export const lookedAt = 2000;

/**
 * The mistake of a fault of the text at which this character stands; none at the end of the file.
 * `around` is what stands there.
 */
export function mistakeOf(
  problem: Problem,
  character: number | undefined,
  around: TextAround,
): FoundMistake {
  const { kind, offset, expected, hint } = problem;
  const got =
    character === undefined ? "the end of the file" : printable(String.fromCodePoint(character));
  const advice = kind === "not-json" ? hintForSyntax(problem, around) : { hint };
  return { path: [], code: kind, offset, expected, got, ...advice };
}
