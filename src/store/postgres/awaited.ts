import type { AwaitedIds } from "../reader.ts";
import { ownText, sql } from "../statement.ts";

/**
 * What is waited for is found between the ids of what has arrived: from each to the next one an index of the
 * references says whether there is another. That takes as many steps as there are builds, where to read all
 * references takes as many as there are tests, with each row where the table was not vacuumed. It goes by the
 * indexes for prefixes, which compare bytes, whatever the collation is; and it names no other way, so that it
 * does not hang on statistics.
 */
export function awaitedBetween(table: string, reference: string, parents: string): AwaitedIds {
  const first = (from: string, column: string, order: "<" | ">") =>
    `from ${from} order by ${column} using ~${order}~ limit 1`;
  const next = (from: string) => `cross join lateral (
      select w.${reference} as id from ${table} w where w.${reference} ~>~ ${from}.id and w.${reference} ~<~ ${from}.next
      order by w.${reference} using ~<~ limit 1) x`;
  // Each part begins with what the one before ended with, so that every two neighbours are in one.
  const ids = (where: string) =>
    `select id from ${parents} ${where} order by id using ~<~ limit ${partLength}`;
  return {
    isOfUse: ownText(`select 1 as found from pg_class w, pg_class p
      where w.oid = '${table}'::regclass and p.oid = '${parents}'::regclass
      and ${hasPrefixIndex("w", reference)} and ${hasPrefixIndex("p", "id")}
      and not w.reltuples between 0 and ${fewTimes} * p.reltuples`),
    idsFrom: () =>
      sql`select y.id as id from (${ownText(`
    with recursive beyond as materialized (select ${reference} || '~' as id ${first(table, reference, ">")}),
    part as (
      select array(${ids("")}) as ids
      union all
      select array(${ids(`where id ~>=~ p.ids[${partLength}]`)}) from part p where cardinality(p.ids) = ${partLength}),
    y as (
      select x.id, p.next from (
        select unnest(ids) as id, unnest(ids[2:]) as next from part
        union all
        select (select id ${first(parents, "id", ">")}), (select id from beyond)) p ${next("p")}
      union all
      select x.id, x.next from (
        select ${reference} as id, coalesce((select id ${first(parents, "id", "<")}), (select id from beyond)) as next
        ${first(table, reference, "<")}) x
      where x.id ~<~ x.next
      union all
      select x.id, y.next from y ${next("y")})
    select id from y`)}) y`,
  };
}

// --- internal ---

/** So many ids are taken at once, to be laid beside the next ones: that takes less than a window over all of them. */
const partLength = 1_001;

/** A step costs as much as to read so many references: where there are fewer for each parent, these are read. */
const fewTimes = 8;

/** Whether a table that is no partitioned one, of which each step would look at all parts, has an index for prefixes of a column. */
function hasPrefixIndex(table: string, column: string): string {
  return `${table}.relkind = 'r' and exists (
        select 1 from pg_index i join pg_opclass o on o.oid = i.indclass[0] join pg_am m on m.oid = o.opcmethod
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
        where i.indrelid = ${table}.oid and i.indisvalid and i.indpred is null and a.attname = '${column}'
          and m.amname = 'btree' and o.opcname = 'text_pattern_ops')`;
}
