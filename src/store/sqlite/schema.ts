import type { Database, SQLQueryBindings } from "bun:sqlite";
import { md5Of } from "../../rows/md5.ts";
import type { Value } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { schemaVersion, tables } from "../../rows/tables.ts";
import { StoreFault } from "../fault.ts";
import { closesItself } from "../gap.ts";
import type { Migration } from "../store.ts";
import { missing } from "./missing.ts";
import { addColumn, createIndexes, createTable, replacedIndexes } from "./sql.ts";
import { makeKept } from "./tests-mark.ts";
import { makeViews } from "./views.ts";

/** At most this many rows at a time get the value of a computed column that is added. */
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
      operation: "check the version of the tables",
      path,
      class: "operator",
      hint: "use the newer kci-ingester again, or another file with --database",
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
  if (left.length > 0) {
    return { tables: [], indexes: [], columns: [], views: [], others: [], left };
  }
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
    for (const name of replacedIndexes(table)) db.run(`drop index if exists ${name}`);
  }
  makeKept(db);
  if (versionOf(db) !== schemaVersion) db.run(`pragma user_version = ${schemaVersion}`);
  const { made: views, others } = makeViews(db);
  const made = [...namesIn(db)].filter(([name]) => !before.has(name));
  const named = (type: string) => made.filter(([, t]) => t === type).map(([name]) => name);
  return { tables: named("table"), indexes: named("index"), columns, views, others, left };
}

// --- internal ---

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
