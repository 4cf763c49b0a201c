import type { ReadDialect } from "../reader.ts";
import { ownText, sql } from "../statement.ts";
import { awaitedOfTests, keptOfTests } from "./tests-mark.ts";

/** How SQLite reads. Differs by necessity from Postgres: JSON and arrays are texts, and so are times. */
export const readDialect: ReadDialect = {
  placeholder: () => "?",
  selected: (expression) => expression,
  // Of true and false `->>` gives 1 and 0.
  fieldText: (column, field) =>
    `(case json_type(${column}, '$.${field}') when 'true' then 'true' when 'false' then 'false' else cast(${column} ->> '${field}' as text) end)`,
  firstOf: (column) => `(${column} ->> 0)`,
  time: (value) => sql`${value}`,
  matches: (expression, pattern) =>
    sql`${ownText(expression)} glob ${pattern.replace(/[[?]/g, "[$&]")}`,
  contains: (expression, part) => sql`instr(${ownText(expression)}, ${part}) > 0`,
  listHas(column, value) {
    const has = sql`exists (select 1 from json_each(${ownText(column)}) as element where element.value = ${value})`;
    // JSON has a plain text as it is: to look for that first spares most lists from being parsed.
    return /^[\w,.-]+$/.test(value)
      ? sql`(instr(${ownText(column)}, ${value}) > 0 and ${has})`
      : has;
  },
  // Our own indexes lead first to what is asked for first.
  fence: sql``,
  unindexed: (expression) => expression,
  isAmong: (expression, select) => sql`${expression} in (${select})`,
  keptOfTests,
  awaited: { tests: awaitedOfTests },
  byCodePoints: (expression) => expression,
  // Rows are numbered as they come; what was deleted counts.
  lastIngested: (table, count) => ({
    begin: sql`select x.last - ${count} as place from (select rowid as last from ${ownText(table)} order by rowid desc limit 1) x
      where x.last > ${count}`,
    isAmong: (alias, place) => sql`${ownText(alias)}.rowid > ${Number(place)}`,
  }),
};
