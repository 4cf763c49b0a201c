import { hintFor } from "./hint.ts";
import type { Problem } from "./json/lex.ts";
import { linesAndColumns } from "./json/line-column.ts";
import { type Location, locate } from "./json/locate.ts";
import { type FoundMistake, Mistakes } from "./mistakes.ts";
import { maxDepth } from "./parse-text.ts";
import type { Mistake, Reason, Refusal, Stage } from "./refusal.ts";
import { describe } from "./text/describe.ts";
import { formatPath } from "./text/path.ts";
import { printable, shorten } from "./text/printable.ts";
import { formerPath } from "./upgrade/former-path.ts";
import type { Version } from "./versions/field.ts";
import { newestVersion } from "./versions/versions.ts";
import { isObject } from "./violation.ts";

/** Where a submission was refused, and what of it could be read until then. */
export interface RefusedAt {
  stage: Stage;
  reason: Reason;
  /** The decoded file; mistakes are located in it. */
  text?: string;
  document?: unknown;
  /** The version that the file names; it need not exist. */
  version?: string | undefined;
  /** The version whose rules the file was held against. */
  rules?: Version;
}

const maxOrigins = 20;
const originWord = /^[a-z0-9_]{1,100}$/;
const idPrefix = /^[a-z0-9_]{1,100}(?=:)/;

/** Puts mistakes into words: the refusal of a submission that has at least one. */
export function refuse(at: RefusedAt, mistakes: Mistakes): Refusal {
  const { text, rules = newestVersion } = at;
  const isUpgraded = at.stage !== "validate" || at.reason === "unstorable";
  const inFile = isUpgraded
    ? mistakes.first.map((mistake) => ({ ...mistake, path: formerPath(mistake.path, rules) }))
    : mistakes.first;
  const places = text === undefined ? undefined : placesOf(inFile, text);
  if (places?.tooDeep) return refuse({ ...at, stage: "parse", reason: "too-deep" }, places.tooDeep);

  const issues = inFile.map((mistake, number): Mistake => {
    const location = places?.locations[number];
    const exact = location?.exact ?? false;
    const hint = hintFor(mistake, rules);
    return {
      path: formatPath((exact || !isUpgraded ? mistake : (mistakes.first[number] ?? mistake)).path),
      ...places?.lines[number],
      code: mistake.code,
      expected: mistake.expected,
      got: gotOf(mistake, text, exact ? location : undefined),
      ...(hint === undefined ? {} : { hint }),
    };
  });
  const [first] = issues;
  return {
    stage: at.stage,
    reason: at.reason,
    message: first ? `${first.path}: expected ${first.expected}, got ${first.got}` : at.reason,
    origins: originsOf(at.document),
    ...(at.version === undefined ? {} : { version: at.version }),
    issues,
    issueCount: mistakes.count,
  };
}

/** Finds every mistake in the text; nesting that is too deep takes the place of all others. */
function placesOf(mistakes: readonly FoundMistake[], text: string) {
  const isKnown = mistakes.every((mistake) => mistake.offset !== undefined);
  const found = isKnown
    ? undefined
    : locate(
        text,
        mistakes.map((mistake) => mistake.path),
        maxDepth,
      );
  const tooDeep = found?.problem && problemMistake(found.problem, text);
  const offsets = mistakes.map((mistake, number) => {
    const location = found?.locations[number];
    const named = mistake.code === "unknown-field" ? location?.key : location?.value;
    return mistake.offset ?? named ?? 0;
  });
  return {
    tooDeep: tooDeep && new Mistakes(1).with(tooDeep),
    locations: found?.locations ?? [],
    lines: linesAndColumns(text, offsets),
  };
}

/** Turns a fault of the text into a mistake. */
export function problemMistake(
  { kind, offset, expected, hint }: Problem,
  text: string,
): FoundMistake {
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  const got = offset >= text.length ? "the end of the file" : printable(character);
  return { path: [], code: kind, offset, expected, got, hint };
}

const numberToken = /-?[0-9.]+(?:[eE][-+]?[0-9]+)?/y;

/** What stands in the place of a mistake; a number as the file writes it. */
function gotOf(
  mistake: FoundMistake,
  text: string | undefined,
  location: Location | undefined,
): string {
  if (mistake.got !== undefined) return mistake.got;
  if (mistake.missing !== undefined) return "nothing";
  if (typeof mistake.value === "number" && text !== undefined && location) {
    numberToken.lastIndex = location.value;
    const written = numberToken.exec(text)?.[0];
    if (written) return shorten(written, 40);
  }
  return describe(mistake.value);
}

/** The origins that the objects of a document name, sorted; those of a broken one as far as they go. */
function originsOf(document: unknown): string[] {
  const origins = new Set<string>();
  if (!isObject(document)) return [];
  for (const list of Object.values(document)) {
    if (!Array.isArray(list)) continue;
    for (const item of list) {
      if (!isObject(item)) continue;
      const { id, origin = typeof id === "string" ? idPrefix.exec(id)?.[0] : undefined } = item;
      if (typeof origin === "string" && originWord.test(origin)) origins.add(origin);
      if (origins.size >= maxOrigins) return [...origins].sort();
    }
  }
  return [...origins].sort();
}
