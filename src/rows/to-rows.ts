import type { Item, ListName, Submission } from "../submission/submission.ts";
import { deriveRows } from "./derive.ts";
import { fieldPath } from "./field-path.ts";
import type { Row, RowSet, Value } from "./row.ts";
import type { Column, ColumnType, Table } from "./table.ts";
import { builds, checkouts, incidents, issues, tests } from "./tables.ts";
import { toTimestamp } from "./timestamp.ts";

/** The main table of each list of a submission. */
export const mainTables: Readonly<Record<ListName, Table>> = {
  issues,
  checkouts,
  builds,
  tests,
  incidents,
};

type Reader = (item: Item) => Value;
const readers = new Map<Table, Reader[]>();

/**
 * Adds the rows of one submission to `rows`: its objects into the main tables and what follows from
 * them into the derived ones (`spec/database.md`), in order of position. The submission must be
 * valid and storable; `timestamp` becomes every `_timestamp`, whatever was submitted.
 */
export function addRows(rows: RowSet, submission: Submission, timestamp: string): void {
  for (const [list, table] of Object.entries(mainTables) as [ListName, Table][]) {
    const items = submission[list];
    if (!items?.length) continue;
    const read = readersOf(table);
    const target = listOf(rows, table);
    for (const item of items) {
      const row: Row = new Array(read.length);
      row[0] = timestamp;
      for (let place = 1; place < read.length; place++) row[place] = read[place]?.(item) ?? null;
      target.push(row);
      deriveRows(table, row, item, (derived, values) => listOf(rows, derived).push(values));
    }
  }
}

function listOf(rows: RowSet, table: Table): Row[] {
  const list = rows.get(table) ?? [];
  if (list.length === 0) rows.set(table, list);
  return list;
}

function readersOf(table: Table): Reader[] {
  const list = readers.get(table) ?? table.written.map(readerOf);
  readers.set(table, list);
  return list;
}

function readerOf(column: Column): Reader {
  const convert = converters[column.type];
  const [parent = "", field] = fieldPath(column.name);
  if (field === undefined) return (item) => convert(item[parent]);
  return (item) => convert((item[parent] as Record<string, unknown> | undefined)?.[field]);
}

const asIs = (value: unknown): Value => (value === undefined ? null : (value as Value));
const converters: Record<ColumnType, (value: unknown) => Value> = {
  text: asIs,
  varchar: asIs,
  "text[]": asIs,
  integer: asIs,
  bigint: asIs,
  double: asIs,
  boolean: asIs,
  bytes: asIs,
  json: (value) => (value === undefined ? null : JSON.stringify(value)),
  timestamp: (value) => (value === undefined ? null : toTimestamp(value as string)),
};
