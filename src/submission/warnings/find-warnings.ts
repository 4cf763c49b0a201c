import { Mistakes } from "../mistakes.ts";
import { type PlaceFinder, placesIn } from "../places.ts";
import type { Mistake } from "../refusal.ts";
import { listNames, type Submission } from "../submission.ts";
import type { Version } from "../versions/field.ts";
import { newestVersion, versions } from "../versions/versions.ts";
import { wordMistakes } from "../word-mistakes.ts";
import { findDuplicates, mayHaveDuplicates, quickCharacters } from "./duplicate-keys.ts";
import { isOld } from "./old-version.ts";
import { WarningFinder } from "./warning-finder.ts";

/** What is odd about a valid submission; it changes no verdict. */
export interface Warnings {
  /** In the order of the file, one of each kind. */
  warnings: Mistake[];
  /** How many there are in all. */
  warningCount: number;
  /** How many references lead out of the file, by field: those objects were sent before, or will be. */
  outside: Record<string, number>;
}

/** How to look for what is odd. */
export interface WarningOptions {
  nowMs: number;
  /** Look for equal names in a large file too, which costs up to a tenth of its verdict. */
  thorough: boolean;
}

/** An accepted submission, with the version and text of its file. */
export interface WarningInput {
  submission: Submission;
  version: string;
  text: string;
}

/** Finds what is odd about a valid submission without being a mistake; tells `maxIssues` kinds. */
export function findWarnings(
  { submission, version, text }: WarningInput,
  { nowMs, thorough, maxIssues }: WarningOptions & { maxIssues: number },
): Warnings {
  const rules = versions.find(({ name }) => name === version) ?? newestVersion;
  const mistakes = new Mistakes(maxIssues);
  const finder = new WarningFinder(rules, nowMs, mistakes);
  const isLooked = thorough || text.length <= quickCharacters;
  // What an older document had is not known any more: its text is read a second time.
  const isUnique =
    !isLooked || !mayHaveDuplicates(text, isOld(rules) ? JSON.parse(text) : submission);
  if (!isUnique) findDuplicates(text, mistakes);
  for (const list of listNames) finder.add(list, submission[list] ?? []);
  for (const list of finder.listsToCompare) finder.compare(list, submission[list] ?? []);
  return wordWarnings(mistakes, finder.outside, rules, placesIn(text, isUnique));
}

/**
 * Puts warnings into words; `rules` are those of the version that the file names. Where an equal name replaced what
 * is nested too deeply no place is found, and nothing is told.
 */
export function wordWarnings(
  mistakes: Mistakes,
  outside: Record<string, number>,
  rules: Version,
  places: PlaceFinder,
): Warnings {
  const { count } = mistakes;
  const worded = count > 0 ? wordMistakes(mistakes, { places, rules, isUpgraded: true }) : [];
  // How many were found depends on how the file was read.
  if ("tooDeep" in worded) return { warnings: [], warningCount: 0, outside };
  return { warnings: worded, warningCount: count, outside };
}
