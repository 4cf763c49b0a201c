import type { Database, SQLQueryBindings } from "bun:sqlite";
import { md5Of } from "../../rows/md5.ts";
import type { Value } from "../../rows/row.ts";
import type { Column, Table } from "../../rows/table.ts";
import { schemaVersion, tables } from "../../rows/tables.ts";
import { StoreFault } from "../fault.ts";
import { closesItself, type Gap } from "../gap.ts";
import type { Migration } from "../store.ts";
import { addColumn, createIndexes, createTable, types } from "./sql.ts";

/** So many rows at a time get the value of a computed column that is added. */
const rowsAtOnce = 1_000;

/**
 * Sees that the tables are none that only a newer program knows. Throws `StoreFault` (operator), and what
 * SQLite does.
 */
export function requireKnownVersion(db: Database, path: string): void {
  const version = versionOf(db);
  if (version >= 0 && version <= schemaVersion) return;
  throw new StoreFault(
    `the database ${path} was written by a newer program: its tables have version ${version}, and this program knows them up to ${schemaVersion}`,
    {
      operation: "look at the version of the tables",
      path,
      class: "operator",
      hint: "start the newer kci-ingester again, or name another file with --database",
    },
  );
}

/**
 * Brings the tables of a file up to date, inside a transaction: creates tables and indexes and adds columns
 * that may be NULL. What else the file has stays. Does nothing where a gap is left that it cannot close.
 */
export function migrate(db: Database, path: string): Migration {
  // Another program may have written it since it was opened.
  requireKnownVersion(db, path);
  const gaps = missing(db);
  const left = gaps.filter((gap) => !closesItself(gap));
  if (left.length > 0) return { tables: [], indexes: [], columns: [], left };
  const before = namesIn(db);
  const lacking = new Set(gaps.map(({ name }) => name));
  const columns: string[] = [];
  for (const table of tables) {
    db.run(createTable(table));
    for (const column of table.columns) {
      const name = `${table.name}.${column.name}`;
      if (!lacking.has(name)) continue;
      db.run(addColumn(table, column));
      if (column.md5Of) compute(db, table, column.name, column.md5Of);
      columns.push(name);
    }
    for (const statement of createIndexes(table).values()) db.run(statement);
  }
  if (versionOf(db) !== schemaVersion) db.run(`pragma user_version = ${schemaVersion}`);
  const made = [...namesIn(db)].filter(([name]) => !before.has(name));
  const named = (type: string) => made.filter(([, t]) => t === type).map(([name]) => name);
  return { tables: named("table"), indexes: named("index"), columns, left };
}

/** What ingestion needs and the file lacks or has otherwise. */
export function missing(db: Database): Gap[] {
  using columnsOf = db.prepare<ColumnFacts, string>(
    "select lower(name) as name, type, hidden from pragma_table_xinfo(?)",
  );
  return tables.flatMap((table) => {
    const found = new Map(columnsOf.all(table.name).map((facts) => [facts.name, facts]));
    if (found.size === 0) return [{ name: table.name, kind: "table" }];
    return table.columns.flatMap((column) => gapOf(table, column, found.get(column.name)) ?? []);
  });
}

// --- internal ---

interface ColumnFacts {
  name: string;
  /** As it was declared. */
  type: string;
  /** Not 0: the column is computed by the file itself, and cannot be written. */
  hidden: number;
}

function gapOf(table: Table, column: Column, found: ColumnFacts | undefined): Gap | undefined {
  const name = `${table.name}.${column.name}`;
  const { nullable, identity } = column;
  if (found) {
    const type = types[column.type];
    const isWritten = found.hidden === 0;
    if (isWritten && holds(found.type, type)) return undefined;
    const mend = nullable
      ? `alter table ${table.name} rename column ${column.name} to ${column.name}_former, and start again: the column is added anew`
      : `make the column ${name} anew as ${type}, or name another file with --database`;
    return { name, kind: "type", is: `${isWritten ? found.type : "generated"}, not ${type}`, mend };
  }
  if (nullable) return { name, kind: "column" };
  const cannotBeAdded = identity || table.primaryKey.includes(column.name);
  const mend = cannotBeAdded
    ? `restore the table ${table.name}, or name another file with --database`
    : `${name} may not be NULL, and only you know its value for the rows that are there: alter table ${table.name} add column ${column.name} ${types[column.type]} not null default VALUE`;
  return { name, kind: "value", mend };
}

/** Whether a column that was declared with one type keeps values of another as they are (sqlite.org/datatype3.html 3.1). */
function holds(declared: string, wanted: string): boolean {
  const affinity = affinityOf(declared.toUpperCase());
  return affinity === "BLOB" || affinity === wanted;
}

function affinityOf(declared: string): string {
  if (declared.includes("INT")) return "INTEGER";
  if (/CHAR|CLOB|TEXT/.test(declared)) return "TEXT";
  if (declared === "" || declared === "ANY" || declared.includes("BLOB")) return "BLOB";
  return /REAL|FLOA|DOUB/.test(declared) ? "REAL" : "NUMERIC";
}

/** Gives the rows that are there the value of a column that the program computes. */
function compute(db: Database, table: Table, column: string, sources: readonly string[]): void {
  using next = db.prepare<Record<string, Value>, number>(
    `select rowid as place, ${sources.join(", ")} from ${table.name} where rowid > ? order by rowid limit ${rowsAtOnce}`,
  );
  using set = db.prepare(`update ${table.name} set ${column} = ? where rowid = ?`);
  let last = 0;
  for (let rows = next.all(last); rows.length > 0; rows = next.all(last)) {
    for (const row of rows) {
      last = Number(row.place);
      const value: SQLQueryBindings = md5Of(sources.map((name) => row[name] ?? null));
      set.run(value, last);
    }
  }
}

function versionOf(db: Database): number {
  return (db.query("pragma user_version").get() as { user_version: number }).user_version;
}

function namesIn(db: Database): Map<string, string> {
  const rows = db.query("select name, type from sqlite_schema where sql is not null").all();
  return new Map((rows as { name: string; type: string }[]).map((row) => [row.name, row.type]));
}
