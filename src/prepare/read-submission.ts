import { isObject } from "../base/is-object.ts";
import { maxGrowthOf } from "../rows/jsonb.ts";
import { findUnstorable } from "../rows/unstorable.ts";
import { decode } from "../submission/decode.ts";
import { explain } from "../submission/explain.ts";
import { explainVersion } from "../submission/explain-version.ts";
import { scan } from "../submission/json/scan.ts";
import { adoptMisc, surveyMisc } from "../submission/misc.ts";
import { type FoundMistake, Mistakes } from "../submission/mistakes.ts";
import { maxDepth, parseText, parseTextExactly } from "../submission/parse-text.ts";
import { placesIn, problemMistake } from "../submission/places.ts";
import type { Reason, Refusal, Stage } from "../submission/refusal.ts";
import { originsOf, type RefusedAt, refuse } from "../submission/refuse.ts";
import { namedVersion, selectVersion } from "../submission/select-version.ts";
import { type ListName, listNames, type Submission } from "../submission/submission.ts";
import { upgrade } from "../submission/upgrade/upgrade.ts";
import { isValid } from "../submission/validator.ts";
import { documentType } from "../submission/versions/field.ts";
import { newestVersion } from "../submission/versions/versions.ts";
import { levelsAroundMisc, mayHaveOddVersion, oddNumberOf, suspicionsOf } from "./suspicions.ts";

/** A submission that is good. */
export interface Accepted {
  accepted: true;
  /** The submission in the form of the newest version. */
  submission: Submission;
  /** The version that the file names, as `4.2`. */
  version: string;
  /** How many objects of each kind there are after the upgrade. */
  counts: Record<ListName, number>;
  /** The decoded text of the file. */
  text: string;
}

/** The verdict on a submission. */
export type Reading = Accepted | { accepted: false; refusal: Refusal };

/** What is told of a submission that is refused. */
export interface ReadingOptions {
  /** How many mistakes to put into words; all are counted. */
  maxIssues?: number;
  /** Tell of each mistake what a program could do about it (`Mistake.fix`). */
  fixes?: boolean;
}

type Document = Record<string, unknown>;

/**
 * Gives the verdict on a submission (`submission/README.md`): parses it, validates it against
 * the version that it names, upgrades it to the newest, validates the result, and checks that a database
 * can hold it. Never throws, whatever the bytes; a string is text that has been decoded already.
 */
export function readSubmission(
  input: Uint8Array | string,
  { maxIssues = 20, fixes }: ReadingOptions = {},
): Reading {
  const mistakes = new Mistakes(maxIssues);
  const at: RefusedAt = { stage: "read", reason: "not-utf8", fixes };
  let document: unknown;
  const refused = (stage: Stage, reason: Reason, mistake?: FoundMistake): Reading => {
    if (mistake) mistakes.with(mistake);
    const origins = originsOf(document);
    return { accepted: false, refusal: refuse({ ...at, origins, stage, reason }, mistakes) };
  };

  const decoded = typeof input === "string" ? { text: input } : decode(input);
  if ("problem" in decoded) {
    const { problem, offset: byte, hint } = decoded;
    const before = new TextDecoder().decode((input as Uint8Array).subarray(0, byte));
    at.places = placesIn(before);
    const got = problem === "cut-off" ? "part of a character" : `a bad byte at offset ${byte}`;
    const mistake = { path: [], code: problem, expected: "UTF-8", got, hint };
    return refused("read", problem, { ...mistake, offset: before.length });
  }
  const { text } = decoded;
  at.places = placesIn(text);
  const parsed = parseText(text);
  if ("problem" in parsed) {
    const reason = /[^ \t\r\n]/.test(text) ? parsed.problem.kind : "empty";
    return refused("parse", reason, { ...problemMistake(parsed.problem, text), code: reason });
  }

  document = parsed.value;
  if (!isObject(document)) {
    explain(documentType(newestVersion), document, mistakes);
    return refused("validate", "invalid");
  }
  at.version = namedVersion(document);
  const version = selectVersion(document);
  if (!version) return refused("validate", "unknown-version", explainVersion(document));
  at.rules = version;
  if (!isValid(version, document)) {
    explain(documentType(version), document, mistakes);
    return refused("validate", "invalid");
  }

  const misc = surveyMisc(document, maxDepth);
  const tooDeep = misc.depth + levelsAroundMisc > maxDepth ? scan(text, maxDepth) : undefined;
  if (tooDeep) return refused("parse", "too-deep", problemMistake(tooDeep, text));
  if (misc.hasNumbers || mayHaveOddVersion(text)) {
    const reparsed = parseTextExactly(text);
    if ("problem" in reparsed) {
      const { problem } = reparsed;
      return refused("parse", problem.kind, problemMistake(problem, text));
    }
    const exact = reparsed.value as Document;
    const odd = oddNumberOf(exact.version);
    // The reference finds no version then, takes the rules of the newest, and cannot upgrade
    // (`submission/README.md` 2).
    if (odd && version.major < newestVersion.major) return refused("validate", "invalid", odd);
    if (odd) return refused("upgrade", "upgrade-impossible", odd);
    adoptMisc(document, exact);
  }

  const impossible = upgrade(document, version);
  if (impossible) return refused("upgrade", "upgrade-impossible", impossible);
  // Minor versions of 5 only added fields: what was valid before is valid now.
  if (version.major < newestVersion.major && !isValid(newestVersion, document)) {
    explain(documentType(newestVersion), document, mistakes);
    return refused("upgrade", "upgrade-impossible");
  }

  const submission = document as Submission;
  const suspicions = suspicionsOf(text, misc, maxGrowthOf(text.length));
  // Halves of surrogate pairs without an escape are in no text that was decoded.
  if (input === text && !text.isWellFormed()) suspicions.characters = true;
  findUnstorable(submission, suspicions, (found) => mistakes.add({ ...found, code: "unstorable" }));
  if (mistakes.count > 0) return refused("validate", "unstorable");
  return { accepted: true, submission, version: version.name, counts: count(submission), text };
}

/** Counts the objects of every kind. */
function count(submission: Submission): Record<ListName, number> {
  const counts = listNames.map((name) => [name, submission[name]?.length ?? 0]);
  return Object.fromEntries(counts) as Record<ListName, number>;
}
