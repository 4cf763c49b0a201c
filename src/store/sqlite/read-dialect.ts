import type { ReadDialect } from "../reader.ts";
import { anyOf, ownText, sql } from "../statement.ts";
import { awaitedOfTests, keptOfTests } from "./tests-mark.ts";

/** A text that JSON has as it is; and no number, which may be written in several ways. */
const plainName = /^(?!inf|nan)[a-z_][\w,.-]*$/i;

/** How SQLite reads. Differs by necessity from Postgres: JSON and arrays are texts, and so are times. */
export const readDialect: ReadDialect = {
  placeholder: () => "?",
  selected: (expression) => expression,
  // Of true and false `->>` gives 1 and 0.
  fieldText: (column, field) =>
    `(case json_type(${column}, '$.${field}') when 'true' then 'true' when 'false' then 'false' else cast(${column} ->> '${field}' as text) end)`,
  mayHold(column, texts) {
    if (!texts.every((text) => plainName.test(text))) return undefined;
    const holds = (text: string) => sql`instr(${ownText(column)}, ${text}) > 0`;
    // Behind a backslash a letter may be written in another way.
    return anyOf([...texts, "\\"].map(holds));
  },
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
  testsOf: (condition) => sql`cross join tests t on ${condition}`,
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
  lastFailed: {
    // A file of a former version may lack the index.
    begin: (count) => sql`select t.start_time as place from tests t
      where exists (select 1 from sqlite_schema where name = 'tests_failed') and t.status = 'FAIL' and t.start_time is not null
      order by t.start_time desc limit 1 offset ${count}`,
    checkoutId: "+b.checkout_id",
  },
};
