import type { Changes, SQLQueryBindings } from "bun:sqlite";
import { md5Of } from "../../rows/md5.ts";
import type { Row, Value } from "../../rows/row.ts";
import type { ColumnType, Table } from "../../rows/table.ts";
import { TextList } from "../../rows/text-list.ts";
import type { Connection } from "./connection.ts";
import { insertNew, upsert } from "./sql.ts";

/**
 * Makes merged rows ready to be written; the result writes them inside the open transaction, all or those
 * that `isWritten`.
 */
export type TableWriter = (rows: readonly Row[]) => (isWritten?: (row: Row) => boolean) => void;

/** Prepares the statements of a table. */
export function tableWriter(connection: Connection, table: Table): TableWriter {
  const fresh = prepare(connection, insertNew(table));
  const stored = prepare(connection, upsert(table));
  const insert = (values: SQLQueryBindings[]) => fresh.run(values).changes > 0;
  const encode = encoder(table);
  const computed = table.columns.find((column) => column.md5Of);
  if (!computed?.md5Of) {
    return (rows) => {
      const encoded = rows.map(encode);
      return (isWritten) => {
        const list = isWritten ? encoded.filter((_, at) => isWritten(rows[at] as Row)) : encoded;
        writeRows(list, insert, (values) => stored.run(values));
      };
    };
  }
  const sources = computed.md5Of;
  const places = sources.map((name) => table.at(name));
  const [key = ""] = table.primaryKey;
  const correct = connection.prepare(
    `update ${table.name} set ${computed.name} = ? where ${key} = ?`,
  );
  const fill = ({ row, digest, values }: Digested) => {
    const result = stored.get(values) ?? {};
    const isAsGiven = sources.every((name, at) => result[name] === row[places[at] ?? -1]);
    const actual = isAsGiven ? digest : md5Of(sources.map((name) => result[name] ?? null));
    if (result[computed.name] !== actual) correct.run(actual, result[key] as string);
  };
  return (rows) => {
    const encoded = rows.map((row) => {
      const digest = md5Of(places.map((place) => row[place] ?? null));
      const values = encode(row);
      values.push(digest);
      return { row, digest, values };
    });
    return (isWritten) => {
      const list = isWritten ? encoded.filter(({ row }) => isWritten(row)) : encoded;
      writeRows(list, ({ values }) => insert(values), fill);
    };
  };
}

// --- internal ---

/** A row with the digest of its own values. */
interface Digested {
  readonly row: Row;
  readonly digest: string;
  readonly values: SQLQueryBindings[];
}

/**
 * To insert is quicker than to fill in, but tells of a row that is there only that it is. Those that come
 * together are mostly all new or all there: after the first that is there none is taken for new.
 */
function writeRows<R>(
  rows: readonly R[],
  insert: (row: R) => boolean,
  fill: (row: R) => void,
): void {
  let areNew = true;
  for (const row of rows) {
    areNew &&= insert(row);
    if (!areNew) fill(row);
  }
}

/** A statement that takes its values in one array: those are bound a quarter faster than arguments. */
interface RowStatement {
  run(values: SQLQueryBindings[]): Changes;
  get(values: SQLQueryBindings[]): Record<string, Value> | null;
}

function prepare(connection: Connection, text: string): RowStatement {
  return connection.prepare(text) as unknown as RowStatement;
}

/** Gives a row as SQLite takes it, in an array of its own; most columns stay as they are. */
function encoder(table: Table): (row: Row) => SQLQueryBindings[] {
  const flags = placesOf(table, "boolean");
  const lists = placesOf(table, "text[]");
  return (row) => {
    const values = row.slice();
    for (const place of flags) values[place] = encodeBoolean(values[place] ?? null);
    for (const place of lists) values[place] = encodeArray(values[place] ?? null);
    return values as SQLQueryBindings[];
  };
}

function placesOf(table: Table, type: ColumnType): number[] {
  return table.written.flatMap((column, place) => (column.type === type ? [place] : []));
}

const encodeBoolean = (value: Value) => (value === null ? null : value ? 1 : 0);
const encodeArray = (value: Value) =>
  value === null ? null : value instanceof TextList ? value.json : JSON.stringify(value);
