import { type Statement, sql } from "../statement.ts";

/**
 * Who has sent tests: of the tests up to the mark (`tests-mark.ts`) each origin is in `seen_origins`, with the
 * test of it that began last. A trigger sees to what others alter. A test that was deleted is noticed by
 * readers: then the time only says that no other began later.
 */
export const keepOrigins: readonly string[] = [
  "create table if not exists seen_origins (origin TEXT primary key, start_time TEXT not null, test_id TEXT not null) strict, without rowid",
  `create trigger if not exists seen_origin_altered after update of id, origin, start_time on tests
when old.origin is not new.origin or old.start_time is not new.start_time or old.id <> new.id
begin ${keepLatest("select new.origin, new.start_time, new.id where new.start_time is not null")}; end`,
];

/** The statement that keeps the origins of the tests `t` of a condition. */
export function lookForOrigins(condition: string): string {
  // Of a group with one `max` SQLite gives the other columns of the row that has it.
  return keepLatest(`select x.origin, x.start_time, x.id
from (select t.origin as origin, max(t.start_time) as start_time, t.id as id from tests t ${condition} group by t.origin) x
where x.start_time is not null`);
}

/**
 * Selects each `origin` that may have tests which began since a time, if those up to a place have been looked
 * at: 1 as `is_known` where one has been seen, 0 where it must be looked for.
 */
export function originsFrom(place: number, time: Statement): Statement {
  return sql`select x.origin as origin, max(x.is_known) as is_known from (
      select o.origin as origin, exists (select 1 from tests t where t.id = o.test_id and t.origin = o.origin and t.start_time >= ${time}) as is_known
      from seen_origins o where o.start_time >= ${time}
      union all
      select t.origin, 1 from tests t not indexed where t.rowid > ${place} and t.start_time >= ${time}) x
    group by x.origin`;
}

// --- internal ---

function keepLatest(select: string): string {
  return `insert into seen_origins ${select}
on conflict (origin) do update set start_time = excluded.start_time, test_id = excluded.test_id
where excluded.start_time > seen_origins.start_time or excluded.start_time = seen_origins.start_time
  and not exists (select 1 from tests t where t.id = seen_origins.test_id)`;
}
