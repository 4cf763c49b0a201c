import type { Column, ColumnType, Index, JsonField, Table } from "../../rows/table.ts";
import { conflictClause, fallbackOf, fillable } from "../conflict-clause.ts";
import type { WithholdDialect } from "../withhold.ts";

const types: Record<ColumnType, string> = {
  text: "text",
  varchar: "varchar",
  json: "jsonb",
  "text[]": "text[]",
  integer: "integer",
  bigint: "bigint",
  double: "double precision",
  boolean: "boolean",
  timestamp: "timestamptz",
  bytes: "bytea",
};

/** How Postgres spells what statements need that are shared with other databases. */
export const dialect: WithholdDialect = {
  jsonObject: (field, value) => `jsonb_build_object('${field}', ${value})`,
  byCodePoints: (text) => `${text} collate "C"`,
  among: (place) => `= any($${place}::text[])`,
  fieldText,
};

/** The statement that creates a table with its constraints, named as in the catalogue. */
export function createTable(table: Table): string {
  const lines = [
    ...table.columns.map(columnDefinition),
    `constraint ${table.primaryKeyName} primary key (${table.primaryKey.join(", ")})`,
    ...Object.entries(table.unique).map(
      ([name, { columns, nullsEqual }]) =>
        `constraint ${name} unique ${nullsEqual ? "nulls not distinct " : ""}(${columns.join(", ")})`,
    ),
  ];
  return `create table ${table.name} (\n  ${lines.join(",\n  ")}\n)`;
}

/** The statements that create its indexes, by name. */
export function createIndexes(table: Table): Map<string, string> {
  return new Map(
    Object.entries(table.indexes).map(([name, index]) => [
      name,
      `create index ${name} on ${table.name} ${indexDefinition(index)}`,
    ]),
  );
}

/** The statement that adds columns, ones that may be NULL, to a table that has rows: it rewrites none of them. */
export function addColumns(table: Table, columns: readonly Column[]): string {
  const parts = columns.map((column) => `add column if not exists ${columnDefinition(column)}`);
  return `alter table ${table.name} ${parts.join(", ")}`;
}

/**
 * Makes sure of the session's own table that rows on their way to `upsert` are copied into. It is emptied by every
 * commit, but a transaction may need it more than once.
 */
export function emptyStaging(table: Table): string {
  const name = stagingName(table);
  const empty = `select ${columnList(table)} from ${table.name} with no data`;
  return [
    `create temporary table if not exists ${name} on commit delete rows as ${empty}`,
    `delete from ${name}`,
  ].join("; ");
}

/** Drops the staging tables of a session, those that it has. */
export function dropStaging(tables: readonly Table[]): string {
  const names = tables.map((table) => `pg_temp.${stagingName(table)}`);
  return `drop table if exists ${names.join(", ")}`;
}

/** Writes the staged rows of a table by its conflict rule. */
export function upsert(table: Table): string {
  const staged = `select ${columnList(table)} from ${stagingName(table)}`;
  return [insertInto(table), staged, onConflict(table)].join("\n");
}

/** Writes as many rows as `count`, whose values are the parameters, and whose keys are not stored. */
export function insertValues(table: Table, count: number): string {
  return [insertInto(table), valueLists(table, count)].join("\n");
}

/** Writes as many rows as `count`, whose values are the parameters, by the conflict rule of their table. */
export function upsertValues(table: Table, count: number): string {
  return [insertInto(table), valueLists(table, count), onConflict(table)].join("\n");
}

/** The COPY that takes finished rows into a table itself, or into its staging table. */
export function copyIn(table: Table, into: "table" | "staging"): string {
  const name = into === "table" ? table.name : stagingName(table);
  return `copy ${name} (${columnList(table)}) from stdin with (format binary)`;
}

/**
 * Which of the keys `$1` (an array in a text) are stored and where, each with the weight of every column
 * that could be filled in, a digit each. Locks those rows, in order, so that services do not deadlock,
 * and the place stays theirs: the partition and the place in it, for each has its own row (0,1). Tells the
 * columns `read` as well.
 */
export function lookUp(table: Table, read: readonly string[] = []): string {
  const [key] = table.conflict.on;
  return [
    `select ${key} as key, tableoid as partition, ctid::text as place, ${weights(table)} as weights`,
    ...read.map((column) => `, ${column}`),
    `from ${table.name} where ${key} = any($1::text[]) order by ${key} for no key update`,
  ].join("\n");
}

/** Sets the time of ingestion of the rows at the places `$1` of the partition `$2` to `$3` where that is later. */
export function touch(table: Table, { name }: Column): string {
  return [
    `update ${table.name} set ${name} = greatest(${name}, $3::text::timestamptz)`,
    "where ctid = any($1::tid[]) and tableoid = $2::oid",
  ].join("\n");
}

/** What a column is declared as. */
export function typeName(column: Column): string {
  const type = types[column.type];
  return column.maxLength ? `${type}(${column.maxLength})` : type;
}

// --- internal ---

/** Makes a text once for each table: few rows are written in little more time than their statements take to make. */
function remembered(make: (table: Table) => string): (table: Table) => string {
  const made = new WeakMap<Table, string>();
  return (table) => {
    const text = made.get(table) ?? make(table);
    made.set(table, text);
    return text;
  };
}

const weights = remembered((table) =>
  fillable(table)
    .map((column) => weight(table, column))
    .join(" || "),
);

/** What `weigher` says, of a stored row. */
function weight(table: Table, { name, fallback }: Column): string {
  if (!fallback) return `case when ${name} is null then '0' else '2' end`;
  const isFallback = `${name} = ${fallbackOf(table.name, fallback, dialect)}`;
  return `case when ${name} is null then '0' when ${isFallback} then '1' else '2' end`;
}

function insertInto(table: Table): string {
  return `insert into ${table.name} as stored (${columnList(table)})`;
}

function valueLists({ written }: Table, count: number): string {
  const list = (row: number) => written.map((_, at) => `$${row * written.length + at + 1}`);
  return `values ${Array.from({ length: count }, (_, row) => `(${list(row).join(", ")})`).join(", ")}`;
}

const onConflict = remembered((table) => {
  const { set, where } = conflictClause(table, dialect);
  const on = `on conflict (${table.conflict.on.join(", ")}) do update set ${set.join(", ")}`;
  return where ? `${on}\nwhere ${where}` : on;
});

function stagingName(table: Table): string {
  return `kci_ingester_${table.name}`;
}

const columnList = remembered((table) => table.written.map(({ name }) => name).join(", "));

function columnDefinition(column: Column): string {
  const parts = [column.name, typeName(column)];
  if (column.identity) parts.push("generated by default as identity");
  if (column.md5Of) parts.push(`generated always as (md5(${joined(column.md5Of)})) stored`);
  if (!column.nullable) parts.push("not null");
  return parts.join(" ");
}

function indexDefinition({ kind, keys, where }: Index): string {
  const parts = keys.map((key) => (typeof key === "string" ? key : fieldText(key)));
  const operators = kind === "prefix" ? " text_pattern_ops" : "";
  return [
    ...(kind === "list" ? ["using gin"] : []),
    `(${parts.map((part) => part + operators).join(", ")})`,
    ...(where ? [`where ${fieldText(where)} is not null`] : []),
  ].join(" ");
}

function fieldText({ column, field }: JsonField): string {
  return `(${column} ->> '${field}')`;
}

/** The dashboard's own nesting: what follows is guarded against NULL once more. */
function joined([first, ...rest]: readonly string[]): string {
  const head = `coalesce(${first}, '')`;
  if (rest.length === 0) return head;
  return `${head} || ${rest.length === 1 ? joined(rest) : `coalesce(${joined(rest)}, '')`}`;
}
