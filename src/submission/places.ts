import type { Problem } from "./json/lex.ts";
import { type LineColumn, linesAndColumns } from "./json/line-column.ts";
import { locate } from "./json/locate.ts";
import type { FoundMistake } from "./mistakes.ts";
import { maxDepth } from "./parse-text.ts";
import { printable } from "./text/printable.ts";

/** Where a mistake is in the file. */
export interface MistakePlace extends LineColumn {
  /** Whether its very place was found, not one that contains it. */
  isExact: boolean;
  /** The number that stands there, as it is written. */
  number?: string | undefined;
}

/** Finds mistakes in the file that they were made in, or nesting that is too deep, which takes the place of all. */
export type PlaceFinder = (
  mistakes: readonly FoundMistake[],
) => { places: MistakePlace[] } | { tooDeep: FoundMistake };

const numberToken = /-?[0-9.]+(?:[eE][-+]?[0-9]+)?/y;

/** Finds mistakes in a text. */
export function placesIn(text: string): PlaceFinder {
  return (mistakes) => {
    const isKnown = mistakes.every((mistake) => mistake.offset !== undefined);
    const paths = mistakes.map((mistake) => mistake.path);
    const found = isKnown ? undefined : locate(text, paths, maxDepth);
    if (found?.problem) return { tooDeep: problemMistake(found.problem, text) };
    const offsets = mistakes.map((mistake, number) => {
      const location = found?.locations[number];
      const named = mistake.code === "unknown-field" ? location?.key : location?.value;
      return mistake.offset ?? named ?? 0;
    });
    const lines = linesAndColumns(text, offsets);
    const places = mistakes.map((_, number): MistakePlace => {
      const location = found?.locations[number];
      const isExact = location?.exact ?? false;
      const { line = 1, column = 1 } = lines[number] ?? {};
      return {
        line,
        column,
        isExact,
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
  return mistakeOf(problem, character);
}

/** The mistake of a fault of the text at which this character stands; none at the end of the file. */
export function mistakeOf(
  { kind, offset, expected, hint }: Problem,
  character: number | undefined,
): FoundMistake {
  const got =
    character === undefined ? "the end of the file" : printable(String.fromCodePoint(character));
  return { path: [], code: kind, offset, expected, got, hint };
}
