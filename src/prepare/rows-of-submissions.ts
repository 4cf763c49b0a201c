import { countRows, type RowSet } from "../rows/row.ts";
import { timestampNow } from "../rows/timestamp.ts";
import { addRows } from "../rows/to-rows.ts";
import type { Submission } from "../submission/submission.ts";
import { nameLabs } from "./name-labs.ts";
import { nameTrees, type TreeNames } from "./name-trees.ts";

/** The rows of an accepted file, in one part or many, as the service makes them; changes the submissions. */
export function rowsOfSubmissions(
  submissions: Iterable<Submission>,
  trees: TreeNames,
): { rows: RowSet; rowCount: number } {
  const rows: RowSet = new Map();
  const timestamp = timestampNow();
  for (const submission of submissions) {
    nameTrees(submission, trees);
    nameLabs(submission);
    addRows(rows, submission, timestamp);
  }
  return { rows, rowCount: countRows(rows) };
}
