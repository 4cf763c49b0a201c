import type { Row, Value } from "./row.ts";
import type { Table } from "./table.ts";

/**
 * The rows as if each had been written after the one before: rows of one key become one by the
 * table's conflict rule, and the result is sorted by key, so that services do not deadlock.
 */
export function mergeRows(table: Table, rows: readonly Row[]): Row[] {
  const keyOf = keyReader(table);
  const merge = merger(table);
  const byKey = new Map<string, Row>();
  for (const row of rows) {
    const key = keyOf(row);
    const stored = byKey.get(key);
    byKey.set(key, stored ? merge(stored, row) : row);
  }
  // Without a function of ours to compare them, texts are sorted by code units, and twice as fast.
  return [...byKey.keys()].sort().map((key) => byKey.get(key) as Row);
}

/** What tells one row of a table from another: the conflict columns as one text. */
export function keyReader(table: Table): (row: Row) => string {
  const places = table.conflict.on.map((column) => table.at(column));
  const [first] = places;
  if (places.length === 1 && first !== undefined) return (row) => row[first] as string;
  return (row) => JSON.stringify(places.map((place) => row[place] ?? null));
}

type Merge = (stored: Row, later: Row) => Row;

function merger(table: Table): Merge {
  return table.conflict.rule === "fill" ? fill(table) : takeLatest(table);
}

function fill(table: Table): Merge {
  const rules = table.written.map((column) =>
    column.name === "_timestamp" ? greater : column.nullable ? coalesce : keep,
  );
  return (stored, later) =>
    rules.map((rule, place) => rule(stored[place] ?? null, later[place] ?? null));
}

function takeLatest(table: Table): Merge {
  const time = table.at("start_time");
  const replaced = (table.conflict.replaces ?? []).map((column) => table.at(column));
  return (stored, later) => {
    if (!isLater(later[time] ?? null, stored[time] ?? null)) return stored;
    const row = [...stored];
    for (const place of replaced) row[place] = later[place] ?? null;
    return row;
  };
}

const keep = (stored: Value, _later: Value): Value => stored;
const coalesce = (stored: Value, later: Value): Value => stored ?? later;
const greater = (stored: Value, later: Value): Value => (isLater(later, stored) ? later : stored);

function isLater(time: Value, than: Value): boolean {
  return time !== null && (than === null || time > than);
}
