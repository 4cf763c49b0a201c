import { keptPlace, type OriginIndex, type Reader } from "../store/reader.ts";
import { ownText, type Statement, sql, valuesTable } from "../store/statement.ts";

/** The origins of the checkouts that began since then, sorted. */
export async function readCheckoutOrigins(db: Reader, from: string): Promise<string[]> {
  return originsIn(
    db,
    sql`select distinct c.origin as origin from checkouts c where c.start_time >= ${db.dialect.time(from)}`,
  );
}

/**
 * The origins of the tests that began since then, sorted: by what the database keeps of them, or by an index
 * that leads to the few origins there are, or, where there is neither, by looking at all tests.
 */
export async function readTestOrigins(db: Reader, from: string): Promise<string[]> {
  const time = db.dialect.time(from);
  const place = await keptPlace(db);
  if (place !== undefined && db.dialect.keptOfTests) {
    return readKept(db, db.dialect.keptOfTests.originsFrom(place, time), time);
  }
  if (db.dialect.originIndex) return readByIndex(db, db.dialect.originIndex, time);
  return originsIn(
    db,
    sql`select distinct t.origin as origin from tests t where t.start_time >= ${time}`,
  );
}

// --- internal ---

async function readKept(db: Reader, select: Statement, time: Statement): Promise<string[]> {
  const all = await db.query(select);
  const named = (isKnown: boolean) =>
    all
      .filter(({ is_known }) => (Number(is_known) === 1) === isKnown)
      .map(({ origin }) => String(origin));
  const others = await originsAmong(db, named(false), hasTestSince(sql`t.origin`, time));
  return [...named(true), ...others].sort();
}

/**
 * From each origin the index leads to the next, and to its first test of that time; what is not timed in it is
 * looked for only of origins that were not found.
 */
async function readByIndex(db: Reader, index: OriginIndex, time: Statement): Promise<string[]> {
  const origin = ownText(index.origin);
  const all = await originsIn(
    db,
    sql`with recursive o(origin) as (
        select x.origin from (select ${origin} as origin from tests t order by ${origin} limit 1) x
        union all
        select (select ${origin} from tests t where ${origin} > o.origin order by ${origin} limit 1) from o where o.origin is not null)
      select o.origin as origin from o where o.origin is not null`,
  );
  const found = await originsAmong(
    db,
    all,
    sql`(select ${origin} from tests t where ${index.firstSince(ownText("o.origin"), time)} limit 1) = o.origin`,
  );
  const left = all.filter((one) => !found.includes(one));
  const isUntimed = sql` and not (${ownText(index.isTimed)})`;
  const others = await originsAmong(db, left, hasTestSince(origin, time, isUntimed));
  return [...found, ...others].sort();
}

/** Whether an origin `o` has a test that began since a time. */
function hasTestSince(origin: Statement, time: Statement, and: Statement = sql``): Statement {
  return sql`(select 1 from tests t where ${origin} = o.origin and t.start_time >= ${time}${and} limit 1) = 1`;
}

async function originsIn(db: Reader, select: Statement): Promise<string[]> {
  return (await db.query(select)).map(({ origin }) => String(origin)).sort();
}

/** Those of the origins for which a condition on `o.origin` holds. */
async function originsAmong(
  db: Reader,
  origins: readonly string[],
  condition: Statement,
): Promise<string[]> {
  if (origins.length === 0) return [];
  const table = valuesTable(origins.map((origin) => [origin]));
  const named = sql`(select v.column1 as origin from ${table} v)`;
  return originsIn(db, sql`select o.origin as origin from ${named} o where ${condition}`);
}
