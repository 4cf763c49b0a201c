import type { Reader } from "../store/reader.ts";
import { allOf, ownText, type Statement, sql } from "../store/statement.ts";
import type { FieldsOf, ReadField } from "./field.ts";
import { conditionsOf, type Filter, type FilterName, fieldOf, type Subject } from "./filter.ts";
import { fromBuilds, fromTests, platformField, type TestRun, testFields } from "./runs.ts";
import { addStatus, countBy, emptyCount, type StatusCount } from "./tally.ts";
import { isOfKind, isRealBuild, known, type TestKind } from "./words.ts";

/** A value that occurs, and how many rows have it. */
export interface Facet {
  readonly value: string | null;
  readonly n: number;
}

/**
 * The values that a filter can choose by one name, of the rows that it chooses by all others, those that most
 * rows have first. Empty where the subject has no such thing.
 */
export async function readFacets(
  db: Reader,
  subject: Subject,
  name: FilterName,
  filter: Filter,
  where?: Statement,
): Promise<Facet[]> {
  const field: ReadField | undefined = fieldOf(name, subject);
  if (!field) return [];
  const { [name]: _, ...others } = filter;
  const all = allOf([
    ...conditionsOf(others, subject, db.dialect),
    ...(subject === "builds" ? [isRealBuild] : []),
    ...(where ? [where] : []),
  ]);
  const source = subject === "builds" ? fromBuilds : fromTests;
  const fields: FieldsOf<{ value: string | null }> = { value: { ...field, type: "text" } };
  const rows = await countBy(db, fields, sql`${source} where ${all}`);
  return rows.sort((a, b) => b.n - a.n || ((a.value ?? "") < (b.value ?? "") ? -1 : 1));
}

/** How the tests of a path, or of a group of paths, ended on a platform. */
export interface MatrixCell {
  readonly row: string;
  readonly platform: string;
  readonly count: StatusCount;
}

/**
 * Counts tests by their path against the platform: by the first part of the path, or, within `group`, by whole
 * paths.
 */
export async function readMatrix(
  db: Reader,
  filter: Filter,
  options: { kind?: TestKind; group?: string; where?: Statement } = {},
): Promise<MatrixCell[]> {
  const { kind, group, where } = options;
  const all = allOf([
    ...conditionsOf(filter, "tests", db.dialect),
    ...(kind ? [isOfKind(kind)] : []),
    ...(where ? [where] : []),
  ]);
  const fields: FieldsOf<Pick<TestRun, "path" | "platform" | "status">> = {
    path: testFields.path,
    platform: platformField,
    status: testFields.status,
  };
  const cells = new Map<string, MatrixCell>();
  for (const { path, platform, status, n } of await countBy(
    db,
    fields,
    sql`${fromTests} where ${all}`,
  )) {
    if (group !== undefined && pathGroup(path) !== group) continue;
    const row = group === undefined ? pathGroup(path) : known(path);
    const key = JSON.stringify([row, known(platform)]);
    const cell = cells.get(key) ?? { row, platform: known(platform), count: emptyCount() };
    addStatus(cell.count, status, n);
    cells.set(key, cell);
  }
  return [...cells.values()].sort(
    (a, b) => compare(a.row, b.row) || compare(a.platform, b.platform),
  );
}

/** The first part of a path: what its tests are grouped by. */
export function pathGroup(path: string | null): string {
  return known(path).split(".", 1)[0] ?? "";
}

/** What a database holds, at a glance. */
export interface Holdings {
  readonly hasCheckouts: boolean;
  readonly hasBuilds: boolean;
  readonly hasTests: boolean;
  /** The start of the newest checkout that says it. */
  readonly newest: string | undefined;
}

/** Looks whether there is anything, and how new it is: for pages that would be empty. */
export async function readHoldings(db: Reader): Promise<Holdings> {
  const isThere = async (source: Statement) =>
    (await db.query(sql`select 1 as found ${source} limit 1`)).length > 0;
  const start = db.dialect.selected("max(l.start_time)", "timestamp");
  const [row] = await db.query(sql`select ${ownText(start)} as newest from latest_checkout l`);
  return {
    hasCheckouts: await isThere(sql`from checkouts`),
    hasBuilds: await isThere(sql`from builds`),
    hasTests: await isThere(sql`from tests`),
    newest: typeof row?.newest === "string" ? row.newest : undefined,
  };
}

// --- internal ---

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
