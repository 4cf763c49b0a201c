import { tests } from "../rows/tables.ts";
import type { Reader } from "../store/reader.ts";
import { allOf, ownText, type Statement, sql } from "../store/statement.ts";
import { codeOfTest, countCodes } from "./count-statuses.ts";
import { column, type FieldsOf, type ReadField, select } from "./field.ts";
import { conditionsOf, type Filter } from "./filter.ts";
import { type Bound, type BoundCondition, boundFor } from "./recent.ts";
import { fromTestsOf, platformField } from "./runs.ts";
import { addCount, emptyCount, type StatusCount } from "./tally.ts";

/** A platform, and what ran on it. */
export interface Hardware {
  /** Null: tests that do not say where they ran. */
  platform: string | null;
  origins: string[];
  boots: StatusCount;
  tests: StatusCount;
  /** How many builds ran on it, of those that have arrived. */
  builds: number;
  last_seen: string | null;
}

/** Platforms, and what was looked at alone for them, where not all was. */
export interface HardwareList {
  readonly rows: Hardware[];
  readonly bound: Bound | undefined;
}

/** So many tests are looked at where nothing leads to those that are asked for: each is read whole. */
const maxTests = 50_000;

/** The platforms that tests chosen by a filter ran on; those seen last come first. */
export async function readHardware(db: Reader, filter: Filter): Promise<Hardware[]> {
  return readBy(db, filter, undefined);
}

/** The same of what is newest, where no index leads to what is chosen. */
export async function readRecentHardware(db: Reader, filter: Filter): Promise<HardwareList> {
  const bound = await boundFor(db, "tests", filter, maxTests);
  const rows = await readBy(db, filter, bound);
  return { rows, bound: bound && { of: bound.of, count: bound.count } };
}

// --- internal ---

interface Group {
  platform: string | null;
  origin: string;
  builds: number;
  last_seen: string | null;
}

const distinctBuilds: ReadField = { type: "bigint", expression: () => "count(distinct b.id)" };
/** Of the tests of `codedTests`. */
const groupFields: FieldsOf<Group> = {
  platform: { type: "text", expression: () => "x.platform" },
  origin: column("x", tests, "origin"),
  builds: { type: "bigint", expression: () => "count(distinct x.build)" },
  last_seen: { type: "timestamp", expression: () => "max(x.start_time)" },
};

/** What is counted of each test, found before they are sorted into groups. */
function codedTests({ dialect }: Reader, source: Statement): Statement {
  const fields = [
    `${platformField.expression(dialect)} as platform, t.origin as origin, b.id as build`,
    `t.start_time as start_time, ${codeOfTest(dialect)} as code`,
  ];
  return sql`(select ${ownText(fields.join(", "))} ${source}${dialect.oncePerRow}) x`;
}

async function readBy(
  db: Reader,
  filter: Filter,
  bound: BoundCondition | undefined,
): Promise<Hardware[]> {
  const where = allOf([
    ...conditionsOf(bound?.left ?? filter, "tests", db.dialect),
    ...(bound && !bound.testsWithBuilds ? [bound.where] : []),
  ]);
  const source = sql`${fromTestsOf(bound?.testsWithBuilds)} where ${where}`;
  const coded = sql`from ${codedTests(db, source)} group by 1, 2`;
  const groups = await countCodes<Group>(db, groupFields, coded);
  const byPlatform = [...Map.groupBy(groups, ({ platform }) => platform)];
  // Tests of several origins may have a build in common.
  const isMixed = byPlatform.some(([, rows]) => rows.length > 1);
  const builds = isMixed ? await countBuilds(db, source) : undefined;
  const found = byPlatform.map(([platform, rows]): Hardware => {
    const [first] = rows;
    const hardware: Hardware = {
      platform,
      origins: [...new Set(rows.map(({ origin }) => origin))].sort(),
      boots: emptyCount(),
      tests: emptyCount(),
      builds: builds?.get(platform) ?? first?.builds ?? 0,
      last_seen: null,
    };
    for (const { counts, last_seen } of rows) {
      addCount(hardware.boots, counts.boots);
      addCount(hardware.tests, counts.others);
      if ((last_seen ?? "") > (hardware.last_seen ?? "")) hardware.last_seen = last_seen;
    }
    return hardware;
  });
  return found.sort(
    (a, b) =>
      -compare(a.last_seen ?? "", b.last_seen ?? "") || compare(a.platform ?? "", b.platform ?? ""),
  );
}

async function countBuilds(db: Reader, source: Statement): Promise<Map<string | null, number>> {
  const fields = { platform: platformField, n: distinctBuilds };
  const rows = await select<{ platform: string | null; n: number }>(
    db,
    fields,
    sql`${source} group by 1`,
  );
  return new Map(rows.map(({ platform, n }) => [platform, n]));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
