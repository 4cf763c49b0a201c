import type { Reader } from "../store/reader.ts";
import { ownText, type Statement, sql, valuesTable } from "../store/statement.ts";

/** The origins of the checkouts that began since then, sorted. */
export async function readCheckoutOrigins(db: Reader, from: string): Promise<string[]> {
  return originsIn(
    db,
    sql`select distinct c.origin as origin from checkouts c where c.start_time >= ${db.dialect.time(from)}`,
  );
}

/**
 * The origins of the tests that began since then, sorted. Of very many tests an index leads to the few origins
 * there are, and from each to its first test of that time; what is in no such index is looked for only of
 * origins that were not found.
 */
export async function readTestOrigins(db: Reader, from: string): Promise<string[]> {
  const time = db.dialect.time(from);
  const { origin: text, isTimed, firstSince } = db.dialect.origins;
  const origin = ownText(text);
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
    sql`(select ${origin} from tests t where ${firstSince(ownText("o.origin"), time)} limit 1) = o.origin`,
  );
  const left = all.filter((origin) => !found.includes(origin));
  const others = await originsAmong(
    db,
    left,
    sql`(select 1 from tests t where ${origin} = o.origin and t.start_time >= ${time} and not (${ownText(isTimed)}) limit 1) = 1`,
  );
  return [...found, ...others].sort();
}

// --- internal ---

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
