import type { AwaitedIds } from "../reader.ts";
import { allOf, ownText, type Statement, sql } from "../statement.ts";

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
  const ids = (conditions: readonly Statement[]) => sql`select id from ${ownText(parents)}
      where ${allOf(conditions)} order by id using ~<~ limit ${ownText(`${partLength}`)}`;
  const behindLast = ownText(`union all
        select (select id ${first(parents, "id", ">")}), (select id from beyond)`);
  const beforeFirst = ownText(`union all
      select x.id, x.next from (
        select ${reference} as id, coalesce((select id ${first(parents, "id", "<")}), (select id from beyond)) as next
        ${first(table, reference, "<")}) x
      where x.id ~<~ x.next`);
  const nothing = ownText("");
  return {
    isOfUse: ownText(`select 1 as found from pg_class w, pg_class p
      where w.oid = '${table}'::regclass and p.oid = '${parents}'::regclass
      and ${hasPrefixIndex("w", reference)} and ${hasPrefixIndex("p", "id")}
      and not w.reltuples between 0 and ${fewTimes} * p.reltuples`),
    middle: ownText(`select percentile_disc(0.5) within group (order by id collate "C") as id
      from ${parents} tablesample system (${samplePercent}) repeatable (0)`),
    idsFrom(_place, half) {
      const isOfHalf = half
        ? [half.side === "below" ? sql`id ~<=~ ${half.middle}` : sql`id ~>=~ ${half.middle}`]
        : [];
      return sql`select y.id as id from (
    with recursive beyond as materialized (select ${ownText(reference)} || '~' as id ${ownText(first(table, reference, ">"))}),
    part as (
      select array(${ids(isOfHalf)}) as ids
      union all
      select array(${ids([ownText(`id ~>=~ p.ids[${partLength}]`), ...isOfHalf])})
      from part p where cardinality(p.ids) = ${ownText(`${partLength}`)}),
    y as (
      select x.id, p.next from (
        select unnest(ids) as id, unnest(ids[2:]) as next from part
        ${half?.side === "below" ? nothing : behindLast}) p ${ownText(next("p"))}
      ${half?.side === "above" ? nothing : beforeFirst}
      union all
      select x.id, y.next from y ${ownText(next("y"))})
    select id from y) y`;
    },
  };
}

// --- internal ---

/** So many ids are taken at once, to be laid beside the next ones: that takes less than a window over all of them. */
const partLength = 1_001;

/** So much of a table is looked at to find about its middle: 3,000 ids of 300,000, none of a few thousand. */
const samplePercent = 1;

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
