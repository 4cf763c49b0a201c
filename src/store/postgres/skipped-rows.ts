import type { Sql } from "postgres";
import { tables } from "../../rows/tables.ts";

/**
 * What is to be said of triggers and rules that can leave a row out: the server does not tell whether they did. In
 * `tgtype` 1 is "for each row", 2 "before", 4 and 16 "insert" and "update"
 * (postgresql.org/docs/current/catalog-pg-trigger.html); 2 and 3 are "update" and "insert" of `ev_type`.
 */
export async function skippedRowsWarnings(sql: Pick<Sql, "unsafe">): Promise<string[]> {
  const found = await sql.unsafe<{ table: string; what: string }[]>(skippersOf);
  return found.map(
    ({ table, what }) =>
      `the ${what} of ${table} can leave rows out: a file is archived also where its rows are left out`,
  );
}

// --- internal ---

const names = tables.map(({ name }) => `'${name}'`);

const skippersOf = `
  with ours as (
    select distinct coalesce(relid, to_regclass(name)) as id
    from unnest(array[${names.join(", ")}]) as name
    left join lateral pg_partition_tree(to_regclass(name)) on true)
  select id::text as table, 'trigger ' || quote_ident(tgname) as what
  from ours join pg_trigger on tgrelid = id
  where not tgisinternal and tgenabled in ('O', 'A') and tgtype & 3 = 3 and tgtype & 20 > 0
    and tgparentid = 0
  union all
  select id::text, 'rule ' || quote_ident(rulename)
  from ours join pg_rewrite on ev_class = id
  where is_instead and ev_enabled in ('O', 'A') and ev_type in ('2', '3')
  order by 1, 2`;
