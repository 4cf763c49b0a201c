import { hintFor } from "./hints/hint.ts";
import type { FoundMistake, Mistakes } from "./mistakes.ts";
import type { PlaceFinder, PlaceOfMistake } from "./places.ts";
import type { Mistake, MistakePlace } from "./refusal.ts";
import { describe } from "./text/describe.ts";
import { formatPath } from "./text/path.ts";
import { shorten } from "./text/printable.ts";
import type { Path } from "./upgrade/document.ts";
import { formerPath } from "./upgrade/former-path.ts";
import type { Version } from "./versions/field.ts";
import { newestVersion } from "./versions/versions.ts";

/** What mistakes were found in. */
export interface FoundIn {
  /** Finds mistakes in the file. */
  places?: PlaceFinder | undefined;
  /** The version whose rules the file was held against. */
  rules?: Version | undefined;
  /** Tell of each mistake what a program could do about it. */
  fixes?: boolean | undefined;
  /** Whether the document was upgraded, so that the paths are those of the newest version. */
  isUpgraded: boolean;
}

/**
 * Puts mistakes into words, in the order of the file, as many kinds as the cap lets pass. Nesting that
 * is too deep takes the place of all of them.
 */
export function wordMistakes(
  mistakes: Mistakes,
  at: FoundIn,
): Mistake[] | { tooDeep: FoundMistake } {
  const { isUpgraded, rules = newestVersion } = at;
  const toFile = (path: Path) => (isUpgraded ? formerPath(path, rules) : path);
  const found = mistakes.groups.flatMap(({ first, places }) =>
    places.map((path) => ({ ...first, path: toFile(path) })),
  );
  const located = at.places?.(found);
  if (located && "tooDeep" in located) return located;

  const toWords = (
    mistake: FoundMistake,
    places: MistakePlace[],
    times: number,
    place?: PlaceOfMistake,
  ): Mistake => {
    const advice = hintFor({ mistake, version: rules });
    const { fix, edit } = (at.fixes && advice) || {};
    // What an upgrade put together has no place in the file that a program could change.
    const isFixed = fix && (!isUpgraded || stands(mistake, place));
    return {
      ...(places[0] ?? { path: "$" }),
      code: mistake.code,
      expected: mistake.expected,
      got: gotOf(mistake, place),
      times,
      ...(times > 1 ? { places } : {}),
      ...(advice === undefined ? {} : { hint: advice.hint }),
      ...(isFixed ? { fix } : {}),
      ...(edit ? { edit } : {}),
    };
  };
  let next = 0;
  const worded = mistakes.groups.map(({ first, times, places: paths }) => {
    const spots = located?.places.slice(next, next + paths.length);
    const places = paths.map((own, number): MistakePlace => {
      const spot = spots?.[number];
      const path = isUpgraded && !spot?.isExact ? own : toFile(own);
      return { path: formatPath(path), ...(spot ? { line: spot.line, column: spot.column } : {}) };
    });
    const mistake = found[next] ?? first;
    next += paths.length;
    const spot = spots?.[0];
    return { offset: spot?.offset ?? 0, issue: toWords(mistake, places, times, spot) };
  });
  return worded
    .sort((a, b) => a.offset - b.offset)
    .slice(0, mistakes.cap)
    .map(({ issue }) => issue);
}

// --- internal ---

/** Whether a value stands in the file just so; other values than texts are not put together. */
function stands({ path, value }: FoundMistake, place?: PlaceOfMistake): boolean {
  if (!place?.isExact) return false;
  if (typeof value !== "string" || path.at(-1) === value) return true;
  return place.stands?.(value) ?? false;
}

/** What stands in the place of a mistake; a number as the file writes it. */
function gotOf(mistake: FoundMistake, place: PlaceOfMistake | undefined): string {
  if (mistake.got !== undefined) return mistake.got;
  if (mistake.missing !== undefined) return "nothing";
  if (typeof mistake.value === "number" && place?.number) return shorten(place.number, 40);
  return describe(mistake.value);
}
