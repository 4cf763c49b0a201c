import { builds, tests } from "../rows/tables.ts";
import type { Reader } from "../store/reader.ts";
import { allOf, isOneOf, joinedBy, ownText, type Statement, sql } from "../store/statement.ts";
import { column, type FieldsOf, type ReadField, select } from "./field.ts";
import { inParts } from "./in-parts.ts";
import { isOfKind, isRealBuild, statuses } from "./words.ts";

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
  const known = statuses.find((one) => one === status) ?? "NULL";
  count[known] += n;
}

/** Counts all that another has counted. */
export function addTally(to: RunTally, from: RunTally): void {
  for (const kind of ["builds", "boots", "tests"] as const) {
    for (const status of statuses) to[kind][status] += from[kind][status];
  }
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

/** The tallies of checkouts, by their ids; one of which nothing is there has none. */
export async function tallyCheckouts(
  db: Reader,
  ids: readonly string[],
): Promise<Map<string, RunTally>> {
  const tallies = new Map<string, RunTally>();
  const tallyOf = (id: string) => {
    const tally = tallies.get(id) ?? emptyTally();
    tallies.set(id, tally);
    return tally;
  };
  for (const some of inParts(ids)) {
    const ofThese = isOneOf(ownText("b.checkout_id"), some);
    const built = await countBy<{ id: string; status: string | null }>(
      db,
      { id: checkoutId, status: column("b", builds, "status") },
      sql`from builds b where ${allOf([ofThese, isRealBuild])}`,
    );
    for (const { id, status, n } of built) addStatus(tallyOf(id).builds, status, n);
    const tested = await countBy<{ id: string; status: string | null; is_boot: boolean }>(
      db,
      { id: checkoutId, status: column("t", tests, "status"), is_boot: isBoot },
      sql`from builds b join tests t on t.build_id = b.id where ${ofThese}`,
    );
    for (const { id, status, is_boot, n } of tested) {
      addStatus(tallyOf(id)[is_boot ? "boots" : "tests"], status, n);
    }
  }
  return tallies;
}

/** The tally of all of some checkouts. */
export async function tallyOfAll(db: Reader, ids: readonly string[]): Promise<RunTally> {
  const sum = emptyTally();
  for (const tally of (await tallyCheckouts(db, ids)).values()) addTally(sum, tally);
  return sum;
}

// --- internal ---

const rows: ReadField = { type: "bigint", expression: () => "count(*)" };
const checkoutId = column("b", builds, "checkout_id");

/** Whether a test `t` is a boot. */
const isBoot: ReadField = { type: "boolean", expression: () => isOfKind("boot").pieces.join("") };
