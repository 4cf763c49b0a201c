import { parentOf } from "../../rows/relations.ts";
import type { Column, ColumnType, Table } from "../../rows/table.ts";
import { checkouts } from "../../rows/tables.ts";
import { conflictClause } from "../conflict-clause.ts";
import type { WithholdDialect } from "../withhold.ts";

/** What each type is in SQLite. */
export const types: Record<ColumnType, string> = {
  text: "TEXT",
  varchar: "TEXT",
  json: "TEXT",
  "text[]": "TEXT",
  integer: "INTEGER",
  bigint: "INTEGER",
  double: "REAL",
  boolean: "INTEGER",
  timestamp: "TEXT",
  bytes: "BLOB",
};

/** How SQLite spells what statements need that are shared with other databases. */
export const dialect: WithholdDialect = {
  jsonObject: (field, value) => `json_object('${field}', ${value})`,
  byCodePoints: (text) => text,
  among: (place) => `in (select value from json_each(?${place}))`,
  // What is no text stays as it was sent: ->> would give a number as SQLite prints it.
  fieldText: ({ column, field }) =>
    `case json_type(${column}, '$.${field}') when 'text' then ${column} ->> '${field}' when 'null' then null else ${column} -> '${field}' end`,
};

/** Columns that carry an id of another table: what people join on, so worth an index. */
const references = new Set(Object.keys(parentOf));

/** Indexes that only a file of ours has, by their tables: what looking at results goes by. */
const ownIndexes: Readonly<Record<string, readonly OwnIndex[]>> = {
  builds: [
    // Histories go to the builds of a checkout that were built alike, and from it alone on to their tests.
    {
      name: "builds_alike",
      on: "checkout_id, config_name, architecture, compiler, id",
      insteadOf: ["builds_checkout_id_e340e47e", "builds_results"],
    },
    // What failed of the newest commits is found without looking at what passed; few have failed.
    { name: "builds_failed", on: "checkout_id", where: "status = 'FAIL'" },
  ],
  tests: [
    // Counts and histories are read from it alone, without the rows and their logs.
    { name: "tests_results", on: "build_id, path, status", insteadOf: ["tests_build_id_551a24f9"] },
    // Few have failed: it costs ingestion next to nothing.
    { name: "tests_failed", on: "start_time", where: "status = 'FAIL'" },
    // As little costs this: what failed of a few thousand builds is found without looking at what passed.
    { name: "tests_failed_builds", on: "build_id", where: "status = 'FAIL'" },
  ],
};

interface OwnIndex {
  readonly name: string;
  readonly on: string;
  readonly where?: string;
  /** One of the dashboard's, or of former versions, that it can do the work of. */
  readonly insteadOf?: readonly string[];
}

/** The statement that creates a table: STRICT, with the limits of the catalogue as CHECK. */
export function createTable(table: Table): string {
  const lines = table.columns.map((column) => `  ${columnDefinition(table, column)}`);
  return `create table if not exists ${table.name} (\n${lines.join(",\n")}\n) strict`;
}

/** The statement that adds a column, one that may be NULL, to a table that has rows. */
export function addColumn(table: Table, column: Column): string {
  return `alter table ${table.name} add column ${columnDefinition(table, column)}`;
}

/**
 * The statements that create its indexes, by name: the one that finds a key, the ones that joins use, and
 * one that says at once which checkouts have no start time: mostly it is empty, and costs nothing. Differs by necessity from Postgres: NULLs of a key are equal there by a clause, here by
 * `ifnull` (no text of a submission holds NUL).
 */
export function createIndexes(table: Table): Map<string, string> {
  const statements = new Map<string, string>();
  const own = ownIndexes[table.name] ?? [];
  for (const name of Object.keys(table.unique)) {
    if (table.conflict.rule === "fill") continue;
    statements.set(
      name,
      `create unique index if not exists ${name} on ${table.name} (${conflictKey(table)})`,
    );
  }
  for (const [name, { kind, keys }] of Object.entries(table.indexes)) {
    if (kind !== "btree" || !keys.every((key) => references.has(String(key)))) continue;
    if (own.some(({ insteadOf }) => insteadOf?.includes(name))) continue;
    const columns = keys.join(", ");
    statements.set(name, `create index if not exists ${name} on ${table.name} (${columns})`);
  }
  if (table === checkouts) {
    const name = "checkouts_undated";
    statements.set(
      name,
      `create index if not exists ${name} on ${table.name} (id) where start_time is null`,
    );
  }
  for (const { name, on, where } of own) {
    const end = where ? ` where ${where}` : "";
    statements.set(name, `create index if not exists ${name} on ${table.name} (${on})${end}`);
  }
  return statements;
}

/** The indexes of former versions that one of ours does the work of. */
export function replacedIndexes(table: Table): string[] {
  return (ownIndexes[table.name] ?? []).flatMap(({ insteadOf }) => insteadOf ?? []);
}

/** The insert of one row unless its key is stored, its values in the order of `storedColumns`. */
export function insertNew(table: Table): string {
  return `${insert(table)}\non conflict (${conflictKey(table)}) do nothing`;
}

/** The upsert of one row, its values in the order of `storedColumns`. */
export function upsert(table: Table): string {
  const computed = table.columns.filter(({ md5Of }) => md5Of).map(({ name }) => name);
  const { set, where } = conflictClause(table, dialect);
  return [
    insert(table),
    `on conflict (${conflictKey(table)}) do update set ${set.join(", ")}`,
    ...(where ? [`where ${where}`] : []),
    ...(computed.length > 0
      ? [`returning ${[...table.primaryKey, ...computed, ...sources(table)].join(", ")}`]
      : []),
  ].join("\n");
}

/** The columns that the program gives values for: here also the computed ones. */
function storedColumns(table: Table): Column[] {
  return [...table.written, ...table.columns.filter((column) => column.md5Of)];
}

// --- internal ---

function insert(table: Table): string {
  const names = storedColumns(table).map((column) => column.name);
  return [
    `insert into ${table.name} as stored (${names.join(", ")})`,
    `values (${names.map(() => "?").join(", ")})`,
  ].join("\n");
}

function columnDefinition(table: Table, column: Column): string {
  const name = column.name;
  const parts = [name, types[column.type]];
  if (table.primaryKey.includes(name)) parts.push("primary key");
  if (!column.nullable && !column.identity) parts.push("not null");
  if (column.maxLength) parts.push(`check (length(${name}) <= ${column.maxLength})`);
  if (column.type === "boolean") parts.push(`check (${name} in (0, 1))`);
  if (column.type === "integer" && !column.identity) {
    parts.push(`check (${name} between -2147483648 and 2147483647)`);
  }
  return parts.join(" ");
}

function conflictKey(table: Table): string {
  const nullable = new Set(table.columns.filter((c) => c.nullable).map((c) => c.name));
  return table.conflict.on
    .map((name) => (nullable.has(name) ? `ifnull(${name}, char(0))` : name))
    .join(", ");
}

function sources(table: Table): string[] {
  return table.columns.flatMap((column) => [...(column.md5Of ?? [])]);
}
