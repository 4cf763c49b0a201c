import { countRows, type RowSet } from "../rows/row.ts";
import { addRows } from "../rows/to-rows.ts";
import type { Refusal } from "../submission/refusal.ts";
import type { Submission } from "../submission/submission.ts";
import { nameLabs } from "./name-labs.ts";
import { nameTrees, type TreeNames } from "./name-trees.ts";
import { findOverlong, type Overlong } from "./overlong.ts";
import { readSubmission } from "./read-submission.ts";
import { type Tally, tallySubmission } from "./tally.ts";
import type { WarningSampler } from "./warning-sampler.ts";
import type { WarningTally } from "./warning-tally.ts";

/** One submission, ready to be written, or the reason why it never will be. */
export type Prepared =
  | { accepted: true; submission: Submission; version: string; warnings?: WarningTally | undefined }
  | { accepted: false; refusal: Refusal };

/** What a submission comes to in the database. */
export interface Finished {
  rows: RowSet;
  rowCount: number;
  tally: Tally;
  /** What the dashboard's aggregation cannot take of it. */
  overlong: Overlong | undefined;
}

/**
 * Takes the bytes of a file to a submission with standard names (`prepare/README.md` 2 to 3, but for the
 * excerpts). Never throws on bad input. `sampler` sees it as it was sent, by the name of its file.
 */
export function prepare(
  bytes: Uint8Array,
  trees: TreeNames,
  sampler?: WarningSampler,
  name = "",
): Prepared {
  const reading = readSubmission(bytes);
  if (!reading.accepted) return reading;
  const { submission, version } = reading;
  const warnings = sampler?.look(reading, name);
  giveNames(submission, trees);
  return { accepted: true, submission, version, warnings };
}

/** Gives trees and labs their standard names, in place (`prepare/README.md` 1 and 2). */
export function giveNames(submission: Submission, trees: TreeNames): void {
  nameTrees(submission, trees);
  nameLabs(submission);
}

/** The rows of a prepared submission; every `_timestamp` is `timestamp`. */
export function finish(submission: Submission, timestamp: string): Finished {
  const rows: RowSet = new Map();
  addRows(rows, submission, timestamp);
  const tally = tallySubmission(submission);
  return { rows, rowCount: countRows(rows), tally, overlong: findOverlong(submission) };
}
