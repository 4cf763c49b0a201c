import type { Table } from "./table.ts";
import type { TextList } from "./text-list.ts";

/**
 * A value as every store takes it: JSON as its text, a timestamp as UTC text
 * `YYYY-MM-DDTHH:MM:SS.ffffffZ`, an array of texts as an array, or as JSON where it is long.
 */
export type Value = string | number | boolean | null | readonly string[] | TextList;

/** The values of a table's written columns, in their order. */
export type Row = Value[];

/** Rows by table; a table without rows may be absent. */
export type RowSet = Map<Table, Row[]>;

/** How many rows there are in all tables together. */
export function countRows(rows: RowSet): number {
  let count = 0;
  for (const list of rows.values()) count += list.length;
  return count;
}
