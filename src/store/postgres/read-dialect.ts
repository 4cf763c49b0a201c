import type { ReadDialect } from "../reader.ts";
import { ownText, sql } from "../statement.ts";
import { awaitedBetween } from "./awaited.ts";

const hasPlatform = "(t.environment_misc ->> 'platform') is not null";

/** How Postgres reads: what the driver would make something else of comes as text. */
export const readDialect: ReadDialect = {
  placeholder: (place) => `$${place}`,
  selected(expression, type) {
    if (type === "json") return `${expression}::text`;
    if (type === "text[]") return `to_jsonb(${expression})::text`;
    if (type !== "timestamp") return expression;
    return `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
  },
  fieldText: (column, field) => `(${column} ->> '${field}')`,
  fieldOfMany: (column, field) => ({
    expression: readDialect.fieldText(column, field),
    read: (selected) => (selected === null ? null : String(selected)),
  }),
  // It has JSON parsed, and indexes of a field.
  mayHold: () => undefined,
  mayContain: () => undefined,
  firstOf: (column) => `(${column})[1]`,
  isPathOf: (expression, name) =>
    `(${expression} = '${name}' or substr(${expression}, 1, ${name.length + 1}) = '${name}.')`,
  time: (value) => sql`${value}::text::timestamptz`,
  matches: (expression, pattern) =>
    sql`${ownText(expression)} like ${pattern.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%")}`,
  contains: (expression, part) => sql`strpos(${ownText(expression)}, ${part}) > 0`,
  listHas: (column, value) => sql`${ownText(column)} @> array[${value}::text]`,
  // Without its statistics a server takes an index of a few values, as of statuses, for the best.
  unindexed: (expression) => `coalesce(${expression}, ${expression})`,
  fence: sql` offset 0`,
  oncePerRow: sql` offset 0`,
  // With old statistics it would take the tests for few, and join all of them by something else.
  testsOf: (condition) =>
    sql`cross join lateral (select * from tests t where ${condition} offset 0) as t`,
  // And it would join by reading both tables whole.
  isAmong: (expression, select) => sql`${expression} = any(array(${select}))`,
  awaited: {
    tests: awaitedBetween("tests", "build_id", "builds"),
    builds: awaitedBetween("builds", "checkout_id", "checkouts"),
  },
  originIndex: {
    origin: "t.origin",
    isTimed: hasPlatform,
    // In this order the index `tests_origin_time_platform` alone has them, whatever a server takes for quick.
    firstSince: (origin, time) =>
      sql`(t.origin, t.start_time) >= (${origin}, ${time}) and ${ownText(hasPlatform)} order by t.origin, t.start_time`,
  },
  rowKey: (alias) => `${alias}.id`,
  byCodePoints: (expression) => `${expression} collate "C"`,
  lastIngested: (table, count) => ({
    // In two steps: a server makes the text of each row that it passes over.
    begin: sql`select ${ownText(readDialect.selected("x._timestamp", "timestamp"))} as place
      from (select _timestamp from ${ownText(table)} where _timestamp is not null
        order by _timestamp desc offset ${count}::text::bigint limit 1) x`,
    isAmong: (alias, place) =>
      sql`${ownText(alias)}._timestamp > ${readDialect.time(String(place))}`,
    // Without the limit it may read all tests, and all builds anyway. Looked up, it remembers those that it has found.
    testsWithBuilds: (place) => sql`(select * from tests
        where _timestamp > ${readDialect.time(String(place))} order by _timestamp desc limit ${count}::text::bigint) as t
      left join lateral (select * from builds where id = t.build_id offset 0) as b on true`,
  }),
};
