import type { ReadDialect } from "../reader.ts";
import { anyOf, ownText, type Statement, sql } from "../statement.ts";
import { awaitedOfTests, keptOfTests } from "./tests-mark.ts";

/** A text that JSON has as it is; and no number, which may be written in several ways. */
const plainName = /^(?!inf|nan)[a-z_][\w,.-]*$/i;
/** A text that is in no number, and does not reach from one value of a list to the next: between them blanks may stand. */
const plainPart = /^(?!(e[\d.-]*|i|in|inf|n|nf|f)$)[a-z_][\w.-]*$/i;
/** SQLite takes no longer patterns than some 50,000 bytes. */
const maxPattern = 1_000;

/** How SQLite reads. Differs by necessity from Postgres: JSON and arrays are texts, and so are times. */
export const readDialect: ReadDialect = {
  placeholder: () => "?",
  selected: (expression) => expression,
  // Of true and false `->>` gives 1 and 0.
  fieldText: (column, field) =>
    `(case json_type(${column}, '$.${field}') when 'true' then 'true' when 'false' then 'false' else cast(${column} ->> '${field}' as text) end)`,
  // An object that begins with the field, a plain text, is given as it is; of others the text, behind a sign.
  fieldOfMany(column, field) {
    const begin = `{"${field}":"`;
    return {
      expression: `case when ${column} glob '${begin}*' and ${column} not glob '*\\*' then ${column} else '=' || ${readDialect.fieldText(column, field)} end`,
      read(selected) {
        if (selected === null) return null;
        const text = String(selected);
        if (text.startsWith("=")) return text.slice(1);
        return text.slice(begin.length, text.indexOf('"', begin.length));
      },
    };
  },
  mayHold: (column, texts) => mayHave(column, texts, plainName),
  mayContain: (column, part) => mayHave(column, [part], plainPart),
  firstOf: (column) => `(${column} ->> 0)`,
  // Of bytes, among which a slash follows the dot: to compare takes less than to call a function.
  isPathOf: (expression, name) =>
    `(${expression} < '${name}/' and (${expression} = '${name}' or ${expression} >= '${name}.'))`,
  time: (value) => sql`${value}`,
  matches: (expression, pattern) =>
    sql`${ownText(expression)} glob ${pattern.replace(/[[?]/g, "[$&]")}`,
  contains: (expression, part) => sql`instr(${ownText(expression)}, ${part}) > 0`,
  listHas(column, value) {
    const has = sql`exists (select 1 from json_each(${ownText(column)}) as element where element.value = ${value})`;
    // JSON has a plain text as it is: to look for that first spares most lists from being parsed.
    return /^[\w,.-]+$/.test(value) && value.length <= maxPattern
      ? sql`(${hasPart(column, value)} and ${has})`
      : has;
  },
  // Our own indexes lead first to what is asked for first.
  fence: sql``,
  oncePerRow: sql` limit -1`,
  testsOf: (condition) => sql`cross join tests t on ${condition}`,
  unindexed: (expression) => expression,
  isAmong: (expression, select) => sql`${expression} in (${select})`,
  keptOfTests,
  awaited: { tests: awaitedOfTests },
  rowKey: (alias) => `${alias}.rowid`,
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

// --- internal ---

function mayHave(column: string, texts: readonly string[], isPlain: RegExp): Statement | undefined {
  if (!texts.every((text) => isPlain.test(text) && text.length <= maxPattern)) return undefined;
  // Behind a backslash a letter may be written in another way.
  return anyOf([...texts, "\\"].map((text) => hasPart(column, text)));
}

/** Whether a text has another, in which no letter is special in patterns: these are quicker than `instr`. */
function hasPart(column: string, part: string): Statement {
  return sql`${ownText(column)} glob ${`*${part}*`}`;
}
