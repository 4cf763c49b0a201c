import { findUndecodable, markBytes } from "../../submission/decode.ts";
import { explain } from "../../submission/explain.ts";
import { explainVersion } from "../../submission/explain-version.ts";
import type { ByteSource } from "../../submission/json/byte-source.ts";
import { scanSource } from "../../submission/json/scan-source.ts";
import { Splitter } from "../../submission/json/split.ts";
import { type FoundMistake, Mistakes } from "../../submission/mistakes.ts";
import { maxDepth } from "../../submission/parse-text.ts";
import { mistakeOf } from "../../submission/places.ts";
import type { Reason, Refusal, Stage } from "../../submission/refusal.ts";
import { firstOrigins, type RefusedAt, refuse } from "../../submission/refuse.ts";
import { namedVersion, selectVersion } from "../../submission/select-version.ts";
import type { ListName } from "../../submission/submission.ts";
import { documentType } from "../../submission/versions/field.ts";
import { newestVersion } from "../../submission/versions/versions.ts";
import type { WarningOptions, Warnings } from "../../submission/warnings/find-warnings.ts";
import type { ReadingOptions } from "../read-submission.ts";
import { decideVerdict } from "./decide-verdict.ts";
import { LargeDocument, Unreadable } from "./document.ts";
import { LargeWarnings } from "./large-warnings.ts";
import {
  characterAt,
  placesInDocument,
  placesInSource,
  textAround,
  unitsBefore,
} from "./places.ts";
import { readSkeleton } from "./skeleton.ts";
import type { LargeSubmission } from "./submissions.ts";
import {
  findCrowd,
  findTooComplex,
  usualCarriedBytes,
  usualObjectBytes,
  usualPartBytes,
} from "./too-complex.ts";

/** The verdict on a submission that is too large to be held. */
export type LargeReading =
  | {
      accepted: true;
      submission: LargeSubmission;
      /** The version that the file names, as `4.2`. */
      version: string;
      /** How many objects of each kind there are after the upgrade. */
      counts: Record<ListName, number>;
      /** The first origins that it names. */
      origins: string[];
      /** What is odd about it, where that was asked for. */
      warnings?: Warnings;
    }
  | { accepted: false; refusal: Refusal };

/** How a large file is read, and what of it is told. */
export interface LargeOptions extends ReadingOptions {
  /** How many bytes of a list are read at once; at least one value of it. */
  partBytes?: number;
  /** An object that takes about this much memory, in bytes, or more, is refused. */
  maxObjectBytes?: number;
  /** Of objects that take about this much memory, in bytes, or more, every `misc` is carried as text. */
  carriedBytes?: number;
  /** In them what is longer, in bytes, is carried even where no list or object belongs. */
  longBytes?: number | undefined;
  /** Look for what is odd, too. */
  warnings?: WarningOptions | undefined;
}

/** A file beyond this is read part by part: less memory counts for more than the second reading costs. */
export const largeBytes = 8 << 20;

/**
 * Gives the verdict that `readSubmission` gives, on a file that is too large to be held: never more of it than
 * `partBytes` of a list, or its largest object. Yields often, so that others can have their turn. Throws only what
 * the source does.
 */
export function* readLarge(
  source: ByteSource,
  options: LargeOptions = {},
): Generator<void, LargeReading> {
  const from = markBytes(source);
  const splitter = new Splitter(from, options.partBytes ?? usualPartBytes);
  let isSplit = true;
  // All of it is read in any case: the source learns what it holds.
  for (const piece of source.pieces()) {
    isSplit &&= splitter.feed(piece);
    yield;
  }
  const outline = isSplit ? splitter.end() : undefined;
  try {
    if (!outline) throw new Unreadable();
    const crowd = findCrowd(outline);
    if (crowd) {
      const { fixes } = options;
      const at = { places: placesInSource(source, from), stage: "read", fixes } as const;
      const mistakes = new Mistakes(1).with(crowd);
      return { accepted: false, refusal: refuse({ ...at, reason: "too-complex" }, mistakes) };
    }
    const { carriedBytes = usualCarriedBytes, longBytes } = options;
    const document = new LargeDocument(source, outline, from, carriedBytes, longBytes);
    return yield* readDocument(document, options);
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause;
    return { accepted: false, refusal: refuseUnreadable(source, from, options) };
  }
}

// --- internal ---

function* readDocument(
  document: LargeDocument,
  { maxIssues = 20, maxObjectBytes = usualObjectBytes, fixes, warnings: look }: LargeOptions,
): Generator<void, LargeReading> {
  const at = { places: placesInDocument(document), fixes };
  const refused = (more: Partial<RefusedAt>, mistakes: Mistakes, stage: Stage, reason: Reason) => ({
    accepted: false as const,
    refusal: refuse({ ...at, ...more, stage, reason }, mistakes),
  });
  const tooComplex = findTooComplex(document, maxObjectBytes);
  if (tooComplex) {
    return refused({}, new Mistakes(maxIssues).with(tooComplex), "read", "too-complex");
  }
  const read = yield* readSkeleton(document);
  if (!document.outline.isObject) {
    const mistakes = new Mistakes(maxIssues);
    explain(documentType(newestVersion), read.root, mistakes);
    return refused({}, mistakes, "validate", "invalid");
  }
  const { skeleton } = read;
  const version = selectVersion(skeleton);
  const named = namedVersion(skeleton);
  if (!version) {
    const origins = firstOrigins(read.origins.values());
    const mistakes = new Mistakes(maxIssues).with(explainVersion(skeleton));
    return refused({ origins, version: named }, mistakes, "validate", "unknown-version");
  }
  const warnings = look && new LargeWarnings(document, version, { ...look, maxIssues });
  const verdict = yield* decideVerdict(document, read, version, maxIssues, warnings);
  const { origins } = verdict;
  if ("submission" in verdict) {
    warnings?.addVersion(read.versionText ?? "{}");
    const found = warnings && { warnings: yield* warnings.find(verdict.submission) };
    return { accepted: true, version: version.name, ...verdict, ...found };
  }
  const { stage, reason, mistakes } = verdict;
  return refused({ origins, version: named, rules: version }, mistakes, stage, reason);
}

/** Says why a file is no JSON, or no UTF-8, which counts first. */
function refuseUnreadable(source: ByteSource, from: number, { fixes }: LargeOptions): Refusal {
  const at = { places: placesInSource(source, from), fixes };
  const refused = (stage: Stage, reason: Reason, mistake: FoundMistake) =>
    refuse({ ...at, stage, reason }, new Mistakes(1).with({ ...mistake, code: reason }));
  const undecodable = findUndecodable(source);
  if (undecodable) {
    const { problem, offset, hint } = undecodable;
    const got = problem === "cut-off" ? "part of a character" : `a bad byte at offset ${offset}`;
    return refused("read", problem, { path: [], code: "", expected: "UTF-8", got, hint, offset });
  }
  const problem = scanSource(source, from, maxDepth) ?? {
    kind: "not-json" as const,
    offset: source.bytes,
    expected: "JSON that can be read",
  };
  const reason = isBlank(source, from) ? "empty" : problem.kind;
  const { offset } = problem;
  const mistake = mistakeOf(problem, characterAt(source, offset), textAround(source, offset, from));
  const { edit } = mistake;
  if (!fixes || !edit) return refused("parse", reason, mistake);
  // A program that edits counts as texts do, not in bytes.
  const units = unitsBefore(source, offset, from) + edit.offset - offset;
  return refused("parse", reason, { ...mistake, edit: { ...edit, offset: units } });
}

/** Whether there is nothing but spaces. */
function isBlank(source: ByteSource, from: number): boolean {
  let base = 0;
  for (const piece of source.pieces()) {
    const start = Math.max(0, from - base);
    for (let i = start; i < piece.length; i++) {
      const code = piece[i] as number;
      if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return false;
    }
    base += piece.length;
  }
  return true;
}
