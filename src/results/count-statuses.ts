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
 * The status of tests `t` as a number, those of boots apart, for `countCodes`: in a select by itself, which `oncePerRow`
 * ends, it is found once for each test, where sums compare its text a dozen times.
 */
export function codeOfTest(dialect: ReadDialect): string {
  const cases = known.map((status) => `when '${status}' then ${statuses.indexOf(status)}`);
  const ofStatus = `case t.status ${cases.join(" ")} else ${statuses.indexOf("NULL")} end`;
  return `${ofStatus} + case when ${isBootOfMany(dialect)} then ${statuses.length} else 0 end`;
}

/** Groups of rows by fields, and how many tests of each `code` they have; `source` ends with its `group by`. */
export async function countCodes<R extends object>(
  db: Reader,
  fields: FieldsOf<R>,
  source: Statement,
): Promise<(R & { readonly counts: GroupCounts })[]> {
  type Row = R & Record<string, number>;
  const rows = await select<Row>(db, { ...fields, ...codeSums } as FieldsOf<Row>, source);
  return rows.map((row) => {
    const counts: GroupCounts = { others: emptyCount(), boots: emptyCount() };
    for (const [code, status] of statuses.entries()) {
      counts.others[status] = row[`code_${code}`] ?? 0;
      counts.boots[status] = row[`code_${code + statuses.length}`] ?? 0;
    }
    return { ...row, counts };
  });
}

// --- internal ---

const codeSums: Readonly<Record<string, ReadField>> = Object.fromEntries(
  [...statuses, ...statuses].map((_, code) => [
    `code_${code}`,
    { type: "bigint", expression: () => `count(*) filter (where code = ${code})` },
  ]),
);
const known = statuses.filter((status) => status !== "NULL");
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
