import {
  type LargeOptions,
  type LargeReading,
  readLarge,
} from "../../../src/prepare/large/read-large.ts";
import { submissionsOf } from "../../../src/prepare/large/submissions.ts";
import { upgradeLarge } from "../../../src/prepare/large/upgrade-large.ts";
import { OverlongParts } from "../../../src/prepare/overlong.ts";
import { giveNames } from "../../../src/prepare/prepare.ts";
import type { Reading } from "../../../src/prepare/read-submission.ts";
import { sumTallies, type Tally, tallySubmission } from "../../../src/prepare/tally.ts";
import type { RowSet } from "../../../src/rows/row.ts";
import { addRows } from "../../../src/rows/to-rows.ts";
import { upgradeText } from "../../../src/submission/upgrade/upgrade-text.ts";
import { sourceOf } from "./source-of.ts";

const timestamp = "2026-03-01T10:00:00.000000Z";

/** Reads a submission part by part to the verdict. */
export function readInParts(bytes: Uint8Array, pieceBytes: number, options: LargeOptions) {
  const reading = readLarge(sourceOf(bytes, pieceBytes), options);
  for (;;) {
    const { done, value } = reading.next();
    if (done) return value;
  }
}

/** Everything that a reading comes to: a refusal, or version, counts, rows in their order, the upgraded text and its sums. */
export function outcomeOf(reading: Reading | LargeReading): unknown {
  if (!reading.accepted) return reading.refusal;
  const rows: RowSet = new Map();
  const submissions = "text" in reading ? [reading] : submissionsOf(reading.submission);
  const tallies: Tally[] = [];
  const overlong = new OverlongParts();
  for (const { submission } of submissions) {
    giveNames(submission, new Map());
    tallies.push(tallySubmission(submission));
    overlong.add(submission);
    addRows(rows, submission, timestamp);
  }
  const byTable = Object.fromEntries([...rows].map(([table, list]) => [table.name, list]).sort());
  const upgraded =
    "text" in reading
      ? upgradeText(reading.text).trimEnd()
      : [...upgradeLarge(reading.submission)].join("");
  const { version, counts } = reading;
  const sums = { tally: sumTallies(tallies), overlong: overlong.found };
  return { version, counts, byTable, upgraded, ...sums };
}
