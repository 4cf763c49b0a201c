import type { Row, RowSet } from "../../src/rows/row.ts";
import type { Column, Table } from "../../src/rows/table.ts";
import { tables } from "../../src/rows/tables.ts";
import type { TestDatabase } from "../databases.ts";

/** A row as it is stored, by column: times as UTC text, JSON parsed, NULL as null. */
export type StoredRow = Record<string, unknown>;

/** A row to write; columns that are not given are NULL. */
export function rowOf(table: Table, values: Readonly<Record<string, Row[number]>>): Row {
  for (const name of Object.keys(values)) table.at(name);
  return table.written.map((column) => values[column.name] ?? null);
}

/** Rows of one table, to write. */
export function rowSet(table: Table, ...rows: readonly Readonly<Record<string, Row[number]>>[]) {
  const set: RowSet = new Map([[table, rows.map((values) => rowOf(table, values))]]);
  return set;
}

/** Reads a table, sorted by key, its columns as they are but for numbers that the database gives. */
export async function readStored(database: TestDatabase, table: Table): Promise<StoredRow[]> {
  const dialect = database.url.startsWith("postgres") ? asText : asStored;
  const columns = table.columns.filter((column) => !column.identity);
  const list = columns.map((column) => `${dialect(column)} as ${column.name}`);
  const rows = await database.query(`select ${list.join(", ")} from ${table.name}`);
  const decoded = rows.map((row) =>
    Object.fromEntries(columns.map((column) => [column.name, decode(column, row[column.name])])),
  );
  const key = (row: StoredRow) => JSON.stringify(table.conflict.on.map((name) => row[name]));
  return decoded.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** Reads all nine tables. */
export async function readAllStored(database: TestDatabase): Promise<Record<string, StoredRow[]>> {
  const all: Record<string, StoredRow[]> = {};
  for (const table of tables) all[table.name] = await readStored(database, table);
  return all;
}

// --- internal ---

const asStored = ({ name }: Column): string => name;

function asText({ name, type }: Column): string {
  if (type === "json") return `${name}::text`;
  if (type === "text[]") return `to_jsonb(${name})::text`;
  if (type !== "timestamp") return name;
  return `to_char(${name} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

function decode({ type }: Column, value: unknown): unknown {
  if (type === "boolean" && typeof value === "number") return value === 1;
  if ((type === "json" || type === "text[]") && typeof value === "string") return JSON.parse(value);
  return value ?? null;
}
