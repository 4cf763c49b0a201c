import type { Database } from "bun:sqlite";
import type { Column, Table } from "../../rows/table.ts";
import { tables } from "../../rows/tables.ts";
import type { Gap } from "../gap.ts";
import { types } from "./sql.ts";

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
      ? `alter table ${table.name} rename column ${column.name} to ${column.name}_former, and restart: the column will be added again`
      : `recreate the column ${name} as ${type}, or use another file with --database`;
    return { name, kind: "type", is: `${isWritten ? found.type : "generated"}, not ${type}`, mend };
  }
  if (nullable) return { name, kind: "column" };
  const cannotBeAdded = identity || table.primaryKey.includes(column.name);
  const mend = cannotBeAdded
    ? `restore the table ${table.name}, or use another file with --database`
    : `${name} must not be NULL, and only you know its value for existing rows: alter table ${table.name} add column ${column.name} ${types[column.type]} not null default VALUE`;
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
