import { isObject } from "./breach.ts";
import { decode } from "./decode.ts";
import { explain } from "./explain.ts";
import { parseExactly } from "./json/raw-json.ts";
import { adoptMisc, surveyMisc } from "./misc.ts";
import { type Mistake, Mistakes } from "./mistakes.ts";
import type { Refusal } from "./refusal.ts";
import { type RefusedAt, refuse } from "./refuse.ts";
import { namedVersion, selectVersion } from "./select-version.ts";
import { type ListName, listNames, type Submission } from "./submission.ts";
import type { Document } from "./upgrade/document.ts";
import { upgrade } from "./upgrade/upgrade.ts";
import { isValid } from "./validator.ts";
import { documentType } from "./versions/field.ts";
import { v5_3 } from "./versions/v5_3.ts";

export interface Accepted {
  accepted: true;
  /** The submission in the form of 5.3. */
  submission: Submission;
  /** The version that the file names, as `4.2`. */
  version: string;
  /** How many objects of each kind there are after the upgrade. */
  counts: Record<ListName, number>;
  /** The decoded text of the file. */
  text: string;
}

export type Reading = Accepted | { accepted: false; refusal: Refusal };

export interface ReadingOptions {
  /** How many mistakes to put into words; all are counted. */
  maxIssues?: number;
}

/** Levels of nesting that a submission may have. */
export const maxDepth = 2000;

/**
 * Gives the verdict on a submission (`spec/ingester.md` 3.2–3.4): parses it, validates it against
 * the version that it names, upgrades it to 5.3 and validates the result. Never throws, whatever
 * the bytes; a string is text that has been decoded already.
 */
export function readSubmission(
  input: Uint8Array | string,
  { maxIssues = 20 }: ReadingOptions = {},
): Reading {
  const mistakes = new Mistakes(maxIssues);
  const refused = (at: RefusedAt, ...more: Mistake[]): Reading => {
    for (const mistake of more) mistakes.add(() => mistake);
    return { accepted: false, refusal: refuse(at, mistakes) };
  };

  const decoded = typeof input === "string" ? { text: input } : decode(input);
  if ("problem" in decoded) {
    const { problem, offset, hint } = decoded;
    return refused(
      { stage: "read", reason: problem },
      { path: [], code: problem, expected: "UTF-8", got: `a bad byte at offset ${offset}`, hint },
    );
  }
  const { text } = decoded;

  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    const blank = !/[^ \t\r\n]/.test(text);
    const cut = /EOF|Unterminated/.test(String(error));
    const reason = blank ? "empty" : cut ? "cut-off" : "not-json";
    return refused(
      { stage: "parse", reason },
      {
        path: [],
        code: reason,
        expected: "JSON",
        got: blank ? "nothing" : "text that is not JSON",
      },
    );
  }
  if (!isObject(document)) {
    explain(documentType(v5_3), document, mistakes);
    return refused({ stage: "validate", reason: "invalid", document });
  }

  const version = selectVersion(document);
  if (!version) {
    const at = { stage: "validate", reason: "unknown-version", document } as const;
    return refused(
      { ...at, version: namedVersion(document) },
      { path: ["version"], code: at.reason, expected: "a version", value: document.version },
    );
  }
  const known = { document, version: version.name };
  if (!isValid(version, document)) {
    explain(documentType(version), document, mistakes);
    return refused({ stage: "validate", reason: "invalid", ...known });
  }
  const misc = surveyMisc(document, maxDepth);
  if (misc.depth > maxDepth) {
    const got = "deeper nesting";
    return refused(
      { stage: "parse", reason: "too-deep", ...known },
      { path: [], code: "too-deep", expected: `at most ${maxDepth} levels`, got },
    );
  }
  if (misc.hasNumbers) adoptMisc(document, parseExactly(text) as Document);

  const impossible = upgrade(document, version);
  if (impossible) {
    return refused({ stage: "upgrade", reason: "upgrade-impossible", ...known }, impossible);
  }
  // Minor versions of 5 only added fields: what was valid before is valid now.
  if (version.major < v5_3.major && !isValid(v5_3, document)) {
    explain(documentType(v5_3), document, mistakes);
    return refused({ stage: "upgrade", reason: "upgrade-impossible", ...known });
  }
  const submission = document as Submission;
  const counts = Object.fromEntries(
    listNames.map((name) => [name, submission[name]?.length ?? 0]),
  ) as Record<ListName, number>;
  return { accepted: true, submission, version: version.name, counts, text };
}
