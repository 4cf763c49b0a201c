import type { Reader } from "../store/reader.ts";
import { joinedBy, ownText, type Statement, sql } from "../store/statement.ts";
import { type FieldsOf, type ReadField, select } from "./field.ts";
import { statuses } from "./words.ts";

/** How many there are of each status. */
export type StatusCount = Record<(typeof statuses)[number], number>;

/** The builds, boots and tests of something, by status. */
export interface RunTally {
  builds: StatusCount;
  boots: StatusCount;
  tests: StatusCount;
}

/** A count of nothing, to be added to. */
export function emptyCount(): StatusCount {
  return { PASS: 0, ERROR: 0, FAIL: 0, SKIP: 0, MISS: 0, DONE: 0, NULL: 0 };
}

/** A tally of nothing, to be added to. */
export function emptyTally(): RunTally {
  return { builds: emptyCount(), boots: emptyCount(), tests: emptyCount() };
}

/** Counts a status, or several of one; one that nobody knows counts as none. */
export function addStatus(count: StatusCount, status: string | null, n = 1): void {
  // By the names that a count has: lists have many thousand statuses.
  const known = status !== null && Object.hasOwn(count, status) ? status : "NULL";
  count[known as keyof StatusCount] += n;
}

/** Counts all that another has counted. */
export function addTally(to: RunTally, from: RunTally): void {
  for (const kind of ["builds", "boots", "tests"] as const) addCount(to[kind], from[kind]);
}

/** Counts all that another count has. */
export function addCount(to: StatusCount, from: StatusCount): void {
  for (const status of statuses) to[status] += from[status];
}

/** All that are neither PASS nor FAIL. */
export function inconclusiveOf(count: StatusCount): number {
  return totalOf(count) - count.PASS - count.FAIL;
}

/** How many there are of all statuses together. */
export function totalOf(count: StatusCount): number {
  return statuses.reduce((sum, status) => sum + count[status], 0);
}

/** Groups of rows by fields, and how many rows each has; `source` begins with `from`. */
export async function countBy<R>(
  db: Reader,
  fields: FieldsOf<R>,
  source: Statement,
): Promise<(R & { n: number })[]> {
  const places = Object.keys(fields).map((_, at) => ownText(`${at + 1}`));
  const grouped = sql`${source} group by ${joinedBy(", ", places)}`;
  return select<R & { n: number }>(
    db,
    { ...fields, n: rows } as FieldsOf<R & { n: number }>,
    grouped,
  );
}

// --- internal ---

const rows: ReadField = { type: "bigint", expression: () => "count(*)" };
