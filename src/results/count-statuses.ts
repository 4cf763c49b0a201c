import type { ReadDialect, Reader } from "../store/reader.ts";
import type { Statement } from "../store/statement.ts";
import { type FieldsOf, type ReadField, select } from "./field.ts";
import { emptyCount, type StatusCount } from "./tally.ts";
import { isBootOfMany, statuses } from "./words.ts";

/** What is counted by its status: builds `b`, or tests `t`, the boots among them apart. */
export type Counted = "builds" | "tests";

/** The counts of a group. */
export interface GroupCounts {
  /** Of builds, or of tests that are no boots. */
  readonly others: StatusCount;
  readonly boots: StatusCount;
}

/**
 * Groups of rows by fields, and how many of each status they have; `source` ends with its `group by`. With a sum
 * for each status a database sorts rows by the fields alone, or not at all where an index has their order: some
 * times as fast as with the status among what it groups by.
 */
export async function countStatuses<R extends object>(
  db: Reader,
  counted: Counted,
  fields: FieldsOf<R>,
  source: Statement,
): Promise<(R & { readonly counts: GroupCounts })[]> {
  type Row = R & Record<string, number>;
  const rows = await select<Row>(db, { ...fields, ...sums[counted] } as FieldsOf<Row>, source);
  return rows.map((row) => {
    const all = countOf(row, "all");
    if (counted === "builds") return { ...row, counts: { others: all, boots: emptyCount() } };
    const boots = countOf(row, "boots");
    for (const status of statuses) all[status] -= boots[status];
    return { ...row, counts: { others: all, boots } };
  });
}

/**
 * A status as a number, its place among `statuses`: in a great many rows numbers take less to compare, and to bring
 * here, than texts.
 */
export function codeOfStatus(status: string): string {
  const cases = known.map((one) => `when '${one}' then ${statuses.indexOf(one)}`);
  return `case ${status} ${cases.join(" ")} else ${statuses.indexOf("NULL")} end`;
}

/** That of tests `t`, those of boots behind all others. */
export function codeOfTest(dialect: ReadDialect): string {
  const first = `case when ${isBootOfMany(dialect)} then ${statuses.length} else 0 end`;
  return `${codeOfStatus("t.status")} + ${first}`;
}

/** How many numbers tests have. */
export const testCodes = 2 * statuses.length;

/** The counts of a group, of how many tests there are of each number. */
export function countsOfCodes(ofCode: (code: number) => number): GroupCounts {
  const counts: GroupCounts = { others: emptyCount(), boots: emptyCount() };
  for (const [code, status] of statuses.entries()) {
    counts.others[status] = ofCode(code);
    counts.boots[status] = ofCode(code + statuses.length);
  }
  return counts;
}

/**
 * Groups of rows by fields, and how many tests of each `code` they have; `source` ends with its `group by`. The
 * codes are best found in a select by itself, which `oncePerRow` ends.
 */
export async function countCodes<R extends object>(
  db: Reader,
  fields: FieldsOf<R>,
  source: Statement,
): Promise<(R & { readonly counts: GroupCounts })[]> {
  type Row = R & Record<string, number>;
  const rows = await select<Row>(db, { ...fields, ...codeSums } as FieldsOf<Row>, source);
  return rows.map((row) => ({ ...row, counts: countsOfCodes((code) => row[sumOf(code)] ?? 0) }));
}

// --- internal ---

const known = statuses.filter((status) => status !== "NULL");
const sumOf = (code: number) => `code_${code}`;
const codeSums: Readonly<Record<string, ReadField>> = Object.fromEntries(
  Array.from({ length: testCodes }, (_, code): [string, ReadField] => [
    sumOf(code),
    { type: "bigint", expression: () => `count(*) filter (where code = ${code})` },
  ]),
);
const sums: Readonly<Record<Counted, Record<string, ReadField>>> = {
  builds: sumsOf("all", "b.status", undefined),
  tests: {
    ...sumsOf("all", "t.status", undefined),
    ...sumsOf("boots", "t.status", isBootOfMany),
  },
};

/** A sum for each status that is known, and one for all rows. */
function sumsOf(
  name: string,
  status: string,
  where: ((dialect: ReadDialect) => string) | undefined,
): Record<string, ReadField> {
  const sum = (conditions: readonly string[]): ReadField => ({
    type: "bigint",
    expression(dialect) {
      const all = [...conditions, ...(where ? [where(dialect)] : [])];
      return all.length === 0 ? "count(*)" : `count(*) filter (where ${all.join(" and ")})`;
    },
  });
  return Object.fromEntries([
    // The status first: it is cheaper to look at.
    ...known.map((one) => [nameOf(name, one), sum([`${status} = '${one}'`])] as const),
    [nameOf(name, "rows"), sum([])],
  ]);
}

/** In lower case, as a database may fold it. */
function nameOf(name: string, status: string): string {
  return `${name}_${status.toLowerCase()}`;
}

/** A status that nobody knows counts as none. */
function countOf(row: Readonly<Record<string, number>>, name: string): StatusCount {
  const count = emptyCount();
  let rest = row[nameOf(name, "rows")] ?? 0;
  for (const status of known) {
    const n = row[nameOf(name, status)] ?? 0;
    count[status] = n;
    rest -= n;
  }
  count.NULL = rest;
  return count;
}
