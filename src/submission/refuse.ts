import { hintFor } from "./hint.ts";
import { type FoundMistake, Mistakes } from "./mistakes.ts";
import type { MistakePlace, PlaceFinder } from "./places.ts";
import type { Mistake, Reason, Refusal, Stage } from "./refusal.ts";
import { describe } from "./text/describe.ts";
import { formatPath } from "./text/path.ts";
import { shorten } from "./text/printable.ts";
import { formerPath } from "./upgrade/former-path.ts";
import type { Version } from "./versions/field.ts";
import { newestVersion } from "./versions/versions.ts";
import { isObject } from "./violation.ts";

/** Where a submission was refused, and what of it could be read until then. */
export interface RefusedAt {
  stage: Stage;
  reason: Reason;
  /** Finds mistakes in the file. */
  places?: PlaceFinder;
  /** The origins that the submission names, as far as it goes. */
  origins?: readonly string[];
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
  const { rules = newestVersion } = at;
  const isUpgraded = at.stage !== "validate" || at.reason === "unstorable";
  const inFile = isUpgraded
    ? mistakes.first.map((mistake) => ({ ...mistake, path: formerPath(mistake.path, rules) }))
    : mistakes.first;
  const found = at.places?.(inFile);
  if (found && "tooDeep" in found) {
    const tooDeep = new Mistakes(1).with(found.tooDeep);
    return refuse({ ...at, stage: "parse", reason: "too-deep" }, tooDeep);
  }

  const issues = inFile.map((mistake, number): Mistake => {
    const place = found?.places[number];
    const isExact = place?.isExact ?? false;
    const hint = hintFor(mistake, rules);
    return {
      path: formatPath(
        (isExact || !isUpgraded ? mistake : (mistakes.first[number] ?? mistake)).path,
      ),
      ...(place ? { line: place.line, column: place.column } : {}),
      code: mistake.code,
      expected: mistake.expected,
      got: gotOf(mistake, place),
      ...(hint === undefined ? {} : { hint }),
    };
  });
  const [first] = issues;
  return {
    stage: at.stage,
    reason: at.reason,
    message: first ? `${first.path}: expected ${first.expected}, got ${first.got}` : at.reason,
    origins: [...(at.origins ?? [])].sort(),
    ...(at.version === undefined ? {} : { version: at.version }),
    issues,
    issueCount: mistakes.count,
  };
}

/** What stands in the place of a mistake; a number as the file writes it. */
function gotOf(mistake: FoundMistake, place: MistakePlace | undefined): string {
  if (mistake.got !== undefined) return mistake.got;
  if (mistake.missing !== undefined) return "nothing";
  if (typeof mistake.value === "number" && place?.number) return shorten(place.number, 40);
  return describe(mistake.value);
}

/** Collects the origins that the objects of a list name, in their order, up to a number. */
export class Origins {
  readonly #found = new Set<string>();
  #last: unknown;

  /** Those of broken objects as far as they go. */
  add(items: readonly unknown[]): void {
    for (const item of items) {
      if (this.#found.size >= maxOrigins) return;
      if (!isObject(item)) continue;
      const { id, origin = typeof id === "string" ? idPrefix.exec(id)?.[0] : undefined } = item;
      // Neighbours mostly have the same.
      if (origin === this.#last) continue;
      this.#last = origin;
      if (typeof origin === "string" && originWord.test(origin)) this.#found.add(origin);
    }
  }

  get found(): ReadonlySet<string> {
    return this.#found;
  }
}

/** The first origins of several lists, one after the other. */
export function firstOrigins(lists: Iterable<Origins>): string[] {
  const all = new Set<string>();
  for (const { found } of lists) {
    for (const origin of found) if (all.size < maxOrigins) all.add(origin);
  }
  return [...all];
}

/** The origins that the objects of a document name. */
export function originsOf(document: unknown): string[] {
  if (!isObject(document)) return [];
  const lists = Object.values(document).filter((list) => Array.isArray(list));
  return firstOrigins(
    lists.map((list) => {
      const origins = new Origins();
      origins.add(list);
      return origins;
    }),
  );
}
