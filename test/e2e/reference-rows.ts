import { join } from "node:path";
import type { Column, Table } from "../../src/rows/table.ts";
import { tables } from "../../src/rows/tables.ts";
import type { TestDatabase } from "../databases.ts";
import type { PlainRow } from "./rows-by-rules.ts";

/** Rows of a table by key, their values in one form whatever database they come from. */
export type Rows = Map<string, Record<string, unknown>>;

/** The columns that are compared: not the time of ingestion, not numbers the database gives. */
export function comparedColumns(table: Table): Column[] {
  return table.columns.filter((column) => column.name !== "_timestamp" && !column.identity);
}

/** Reads the rows that the reference wrote. */
export async function readReference(shared: string, table: Table): Promise<Rows> {
  const file = Bun.file(join(shared, "reference/rows", `${table.name}.jsonl.gz`));
  const text = new TextDecoder().decode(Bun.gunzipSync(await file.bytes()));
  const lines = text.split("\n").filter(Boolean);
  return keyed(
    table,
    lines.map((line) => JSON.parse(line) as Record<string, unknown>),
  );
}

/** Lines of `{table, row}`. `bun test/e2e/write-made-rows.ts` writes them anew where the rules change. */
export const madeRowsFile = join(import.meta.dir, "made-rows.jsonl.zst");

/** Reads the rows that the made submissions give, by table. */
export async function readMadeRows(): Promise<Map<string, Rows>> {
  const text = Bun.zstdDecompressSync(await Bun.file(madeRowsFile).bytes()).toString();
  const lines = text.trimEnd().split("\n");
  const parsed = lines.map((line) => JSON.parse(line) as { table: string; row: PlainRow });
  const byTable = Map.groupBy(parsed, ({ table }) => table);
  return keyedByTable((name) => (byTable.get(name) ?? []).map(({ row }) => row));
}

/** Rows by table and key, in the form in which they are compared. */
export function keyedByTable(rowsOf: (table: string) => readonly PlainRow[]): Map<string, Rows> {
  return new Map(tables.map((table) => [table.name, keyed(table, rowsOf(table.name))]));
}

/** Reads the rows of a database. */
export async function readDatabase(database: TestDatabase, table: Table): Promise<Rows> {
  const isPostgres = database.url.startsWith("postgres");
  const columns = comparedColumns(table);
  const list = columns.map(({ name, type }) =>
    isPostgres && type === "timestamp" ? `${name}::text` : name,
  );
  const rows = await database.query(`select ${list.join(", ")} from ${table.name}`);
  return keyed(
    table,
    rows.map((row) => {
      const values = columns.map((column) => [column.name, decode(column, row[column.name])]);
      return Object.fromEntries(values);
    }),
  );
}

/** Reads all nine tables of a database. */
export async function readAll(database: TestDatabase): Promise<Map<string, Rows>> {
  const all = new Map<string, Rows>();
  for (const table of tables) all.set(table.name, await readDatabase(database, table));
  return all;
}

/** One cell that is not what it should be. */
export interface Difference {
  table: string;
  key: string;
  column: string;
  expected: unknown;
  actual: unknown;
}

/** Compares two sets of rows, cell by cell. */
export function compareRows(table: Table, expected: Rows, actual: Rows): Difference[] {
  const differences: Difference[] = [];
  for (const key of new Set([...expected.keys(), ...actual.keys()])) {
    const [left, right] = [expected.get(key), actual.get(key)];
    if (!left || !right) {
      const [wanted, got] = [left ? "a row" : "no row", right ? "a row" : "no row"];
      differences.push({ table: table.name, key, column: "*", expected: wanted, actual: got });
      continue;
    }
    for (const { name } of comparedColumns(table)) {
      if (Bun.deepEquals(left[name] ?? null, right[name] ?? null)) continue;
      differences.push({
        table: table.name,
        key,
        column: name,
        expected: left[name],
        actual: right[name],
      });
    }
  }
  return differences;
}

/** A time as milliseconds and the digits after them, whatever its zone and form. */
export function instant<T>(value: T): T | string | null {
  if (typeof value !== "string") return value ?? null;
  const iso = value.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
  const [, digits = ""] = /\.(\d+)/.exec(iso) ?? [];
  const seconds = Date.parse(iso.replace(/\.\d+/, "")) / 1000;
  return `${seconds}.${digits.padEnd(6, "0")}`;
}

// --- internal ---

function keyed(table: Table, rows: readonly PlainRow[]): Rows {
  const result: Rows = new Map();
  for (const given of rows) {
    const row = { ...given };
    for (const { name, type } of table.columns) {
      if (type === "timestamp") row[name] = instant(row[name]);
    }
    result.set(JSON.stringify(table.conflict.on.map((name) => row[name] ?? null)), row);
  }
  return result;
}

function decode({ type }: Column, value: unknown): unknown {
  if (type === "boolean" && typeof value === "number") return value === 1;
  if ((type === "json" || type === "text[]") && typeof value === "string") return JSON.parse(value);
  return value;
}
