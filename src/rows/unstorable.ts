import { isRawJson, parseExactly, type RawJson } from "../base/raw-json.ts";
import { Carried } from "../submission/carried/carried.ts";
import type { Item, ListName, Submission } from "../submission/submission.ts";
import { sizeInJsonb } from "./carried-sizes.ts";
import { checkLimits, type Tell } from "./check-limits.ts";
import { type FieldPath, valueAt } from "./field-path.ts";
import { fitsEasily } from "./fits-easily.ts";
import {
  digitsOf,
  growthLimits,
  growthOf,
  growthOfSource,
  jsonbBytes,
  jsonbLimits,
} from "./jsonb.ts";
import { type Limits, limitsOf } from "./limits.ts";
import { mainTables } from "./to-rows.ts";
import { visitCarried } from "./visit-carried.ts";

const lists = Object.keys(mainTables) as ListName[];

/** A value that some column or index could not hold. */
export interface Unstorable {
  path: (string | number)[];
  expected: string;
  value: unknown;
  hint?: string;
}

/** What a submission could hold, as far as its text tells; what it cannot is not looked for. */
export interface Suspicions {
  /** NUL or half a surrogate pair: only an escape can bring them in. */
  characters: boolean;
  /** Numbers in `misc`, which were kept as written. */
  numbers: boolean;
  /** Enough text for a `misc` that is larger than jsonb. */
  sizes: boolean;
  /** JSON nested deeper than `maxReadableDepth`. */
  depth: boolean;
  /** How many characters more its numbers may take in a database, all together: `maxGrowthOf` the text. */
  maxGrowth: number;
}

/** Levels of JSON that SQLite's functions read (its JSON_MAX_DEPTH); mere text may be deeper. */
export const maxReadableDepth = 1000;

/**
 * Finds what no database could hold in a valid submission (`submission/README.md` 5). The limits are
 * the stricter of both databases', so that they give one verdict.
 *
 * @param grown how many characters more the numbers of what comes before in the same file take
 * @returns how many more they take with those of this submission, as far as numbers were looked at
 */
export function findUnstorable(
  submission: Submission,
  suspicions: Suspicions,
  report: (found: Unstorable) => void,
  grown = 0,
): number {
  const visit = new Visit(suspicions, report, grown);
  for (const list of lists) {
    const items = submission[list];
    if (!items?.length) continue;
    const limits = limitsOf(list);
    for (let place = 0; place < items.length; place++) {
      const item = items[place] as Item;
      const tell = (field: FieldPath, expected: string, value: unknown) =>
        report({ path: [list, place, ...field], expected, value });
      if (!fitsEasily(list, item)) checkLimits(item, limits, tell);
      if (suspicions.sizes) checkSizes(item, limits, tell);
      if (suspicions.depth) checkDepth(item, limits, tell);
      if (suspicions.characters || suspicions.numbers) visit.object(item, [list, place]);
    }
  }
  return visit.growth;
}

// --- internal ---

function checkSizes(item: Item, limits: Limits, tell: Tell): void {
  for (const field of limits.json) {
    const value = valueAt(item, field);
    if (value === undefined) continue;
    const { bytes, hasCrowd } = sizeOf(value);
    if (bytes > jsonbLimits.bytes || hasCrowd) {
      tell(field, "JSON that jsonb can hold: less than 256 MiB, 8 million members", value);
    }
  }
}

function checkDepth(item: Item, limits: Limits, tell: Tell): void {
  for (const field of limits.readByIndex) {
    const value = valueAt(item, field);
    if (depthOf(value) <= maxReadableDepth) continue;
    tell(field, `at most ${maxReadableDepth} levels of nesting, as an index reads it`, value);
  }
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (value instanceof Carried) return Carried.factsOf(value).depth;
  return 1 + Object.values(value).reduce((max, part) => Math.max(max, depthOf(part)), 0);
}

function sizeOf(value: unknown): { bytes: number; hasCrowd: boolean } {
  if (value instanceof Carried) return sizeInJsonb(value);
  return { bytes: jsonbBytes(value), hasCrowd: isCrowded(value) };
}

function isCrowded(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.length > jsonbLimits.listMembers || value.some(isCrowded);
  const members = Object.values(value);
  return members.length > jsonbLimits.objectMembers || members.some(isCrowded);
}

/** Looks at every text, name and kept number of objects, and at what the numbers come to together. */
class Visit {
  readonly #suspicions: Suspicions;
  readonly #report: (found: Unstorable) => void;
  #growthOfObject = 0;
  #growth: number;

  constructor(suspicions: Suspicions, report: (found: Unstorable) => void, grown: number) {
    this.#suspicions = suspicions;
    this.#report = report;
    this.#growth = grown;
  }

  get growth(): number {
    return this.#growth;
  }

  object(item: Item, path: (string | number)[]): void {
    this.#growthOfObject = 0;
    this.#visit(item, path);
  }

  /** A submission is at most as deep as a reading allows. */
  #visit(value: unknown, path: (string | number)[]): void {
    const { characters, numbers } = this.#suspicions;
    if (typeof value === "string") {
      if (characters && !isStorableText(value)) tellText(path, value, this.#report);
      return;
    }
    if (typeof value === "number" || isRawJson(value)) {
      if (numbers) this.#number(value, () => [...path]);
      return;
    }
    if (typeof value !== "object" || value === null) return;
    if (value instanceof Carried) {
      this.#visitCarried(value, path);
      return;
    }
    if (Array.isArray(value)) {
      const last = path.push(0) - 1;
      for (let place = 0; place < value.length; place++) {
        path[last] = place;
        this.#visit(value[place], path);
      }
    } else {
      const last = path.push("") - 1;
      for (const [key, part] of Object.entries(value)) {
        path[last] = key;
        if (characters && !isStorableText(key)) tellText(path, key, this.#report);
        this.#visit(part, path);
      }
    }
    path.pop();
  }

  /** Most of what is carried is far from every limit. */
  #visitCarried(value: Carried, path: (string | number)[]): void {
    const { characters, numbers } = this.#suspicions;
    const { hasBadCharacters, hasWideNumbers } = Carried.factsOf(value);
    if (!(characters && hasBadCharacters) && !(numbers && hasWideNumbers)) return;
    visitCarried(value, path, {
      text: (text, at) => {
        if (characters && !isStorableText(text)) tellText(at(), text, this.#report);
      },
      number: (source, at) => {
        if (numbers) this.#source(source, at);
      },
    });
  }

  #number(value: number | RawJson, path: () => (string | number)[]): void {
    if (isRawJson(value)) this.#source(value.rawJSON, path);
    else this.#sumUp(growthOf(value), () => value, path);
  }

  /** Looks at a number as it is written. */
  #source(source: string, path: () => (string | number)[]): void {
    const expected = violationOfNumber(source);
    if (expected) this.#report({ path: path(), expected, value: parseExactly(source) });
    else this.#sumUp(growthOfSource(source), () => parseExactly(source), path);
  }

  /** Tells once of an object, and once of a submission, the number with which they become too long. */
  #sumUp(growth: number, value: () => unknown, path: () => (string | number)[]): void {
    if (growth === 0) return;
    const { maxGrowth } = this.#suspicions;
    const wasOfObject = this.#growthOfObject;
    const was = this.#growth;
    this.#growthOfObject += growth;
    this.#growth += growth;
    const tell = (whose: string, max: number) =>
      this.#report({
        path: path(),
        expected: `at most ${max} characters more when all numbers of ${whose} are written in full digits`,
        value: value(),
        hint: shorter,
      });
    if (goesBeyond(growthLimits.object, wasOfObject, this.#growthOfObject)) {
      tell("the object", growthLimits.object);
    } else if (goesBeyond(maxGrowth, was, this.#growth)) {
      tell("the submission", maxGrowth);
    }
  }
}

const shorter = "send a number with such an exponent as text, or in another unit";

function goesBeyond(max: number, before: number, after: number): boolean {
  return before <= max && after > max;
}

function isStorableText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\0");
}

function tellText(
  path: (string | number)[],
  value: string,
  report: (found: Unstorable) => void,
): void {
  const expected = value.includes("\0") ? "text without NUL" : "text without half surrogate pairs";
  report({ path: [...path], expected, value });
}

/** Says what a number of `misc` would have to be; an integer may go beyond a double, a fraction not. */
function violationOfNumber(source: string): string | undefined {
  const isFraction = /[.eE]/.test(source);
  if (isFraction && !Number.isFinite(Number(source)))
    return "a number within the range of a double";
  const { before, after } = digitsOf(source);
  return before > jsonbLimits.digitsBefore || after > jsonbLimits.digitsAfter
    ? `at most ${jsonbLimits.digitsBefore} digits before the point and ${jsonbLimits.digitsAfter} after it`
    : undefined;
}
