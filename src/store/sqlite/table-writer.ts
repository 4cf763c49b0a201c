import type { Database, SQLQueryBindings } from "bun:sqlite";
import { md5Of } from "../../rows/md5.ts";
import type { Row, Value } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { upsert } from "./sql.ts";

/** Prepares the upsert of a table; the result writes merged rows inside the open transaction. */
export function tableWriter(db: Database, table: Table): (rows: readonly Row[]) => void {
  const statement = db.prepare(upsert(table));
  const encoders = table.written.map(({ type }) =>
    type === "boolean" ? encodeBoolean : type === "text[]" ? encodeArray : encodePlain,
  );
  const computed = table.columns.find((column) => column.md5Of);
  if (!computed?.md5Of) {
    return (rows) => {
      for (const row of rows)
        statement.run(...row.map((value, at) => encoders[at]?.(value) ?? null));
    };
  }
  const sources = computed.md5Of;
  const places = sources.map((name) => table.at(name));
  const correct = db.prepare(
    `update ${table.name} set ${computed.name} = ? where ${table.primaryKey} = ?`,
  );
  return (rows) => {
    for (const row of rows) {
      const digest = md5Of(places.map((place) => row[place] ?? null));
      const values = row.map((value, at) => encoders[at]?.(value) ?? null);
      const stored = statement.get(...values, digest) as Record<string, Value>;
      const actual = md5Of(sources.map((name) => stored[name] ?? null));
      if (stored[computed.name] !== actual) {
        correct.run(actual, stored[table.primaryKey] as string);
      }
    }
  };
}

const encodePlain = (value: Value) => value as SQLQueryBindings;
const encodeBoolean = (value: Value) => (value === null ? null : value ? 1 : 0);
const encodeArray = (value: Value) => (value === null ? null : JSON.stringify(value));
