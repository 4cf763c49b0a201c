import { Carried } from "../submission/carried/carried.ts";
import type { Item, ListName, Submission } from "../submission/submission.ts";
import { deriveRows } from "./derive.ts";
import { fieldPath } from "./field-path.ts";
import type { Row, RowSet, Value } from "./row.ts";
import type { ColumnType, Table } from "./table.ts";
import { builds, checkouts, incidents, issues, tests } from "./tables.ts";
import { TextList } from "./text-list.ts";
import { toTimestamp } from "./timestamp.ts";

/** The main table of each list of a submission. */
export const mainTables: Readonly<Record<ListName, Table>> = {
  issues,
  checkouts,
  builds,
  tests,
  incidents,
};

/** Where the fields of an object go in its row, by name; those of a flattened one have a map. */
type Fields = Map<string, Target | Fields>;

interface Target {
  readonly place: number;
  readonly convert: (value: unknown) => Value;
}

/** How the rows of a table are made: from one with nothing in it, by the fields that are there. */
interface Pattern {
  readonly blank: Row;
  readonly fields: Fields;
}
const patterns = new Map<Table, Pattern>();

/**
 * Adds the rows of one submission to `rows`: its objects into the main tables and what follows from
 * them into the derived ones (`rows/README.md` 3), in order of position. The submission must be
 * valid and storable; `timestamp` becomes the time of ingestion, whatever was submitted. What is carried is taken out of it.
 */
export function addRows(rows: RowSet, submission: Submission, timestamp: string): void {
  for (const [list, table] of Object.entries(mainTables) as [ListName, Table][]) {
    const items = submission[list];
    if (!items?.length) continue;
    const { blank, fields } = patternOf(table);
    const ingested = table.ingestionTime && table.at(table.ingestionTime.name);
    const target = listOf(rows, table);
    const emit = (derived: Table, row: Row) => listOf(rows, derived).push(row);
    for (const item of items) {
      const row = blank.slice();
      if (ingested !== undefined) row[ingested] = timestamp;
      setFields(row, fields, item);
      target.push(row);
      deriveRows(table, row, item, emit);
    }
  }
}

// --- internal ---

function listOf(rows: RowSet, table: Table): Row[] {
  const list = rows.get(table) ?? [];
  if (list.length === 0) rows.set(table, list);
  return list;
}

function patternOf(table: Table): Pattern {
  const pattern = patterns.get(table) ?? makePattern(table);
  patterns.set(table, pattern);
  return pattern;
}

function makePattern(table: Table): Pattern {
  const fields: Fields = new Map();
  for (const [place, column] of table.written.entries()) {
    if (column.ingestionTime) continue;
    const target = { place, convert: converters[column.type] ?? ((value) => value as Value) };
    const [name = "", part] = fieldPath(column.name).map(String);
    if (part === undefined) fields.set(name, target);
    else fields.set(name, ((fields.get(name) as Fields) ?? new Map()).set(part, target));
  }
  return { blank: table.written.map(() => null), fields };
}

/** Most fields are absent: only those that are there are looked at. */
function setFields(row: Row, fields: Fields, object: Item): void {
  for (const name in object) {
    const field = fields.get(name);
    if (field === undefined) continue;
    const value = object[name];
    if (field instanceof Map) setFields(row, field, value as Item);
    else if (value !== undefined) row[field.place] = field.convert(value);
  }
}

/** A list of texts that is shorter is as good as any other. */
const shortListBytes = 1 << 16;

/** What a column holds otherwise than a submission does. */
const converters: Partial<Record<ColumnType, (value: unknown) => Value>> = {
  json: (value) => (value instanceof Carried ? Carried.takeText(value) : JSON.stringify(value)),
  "text[]": (value) => {
    if (!(value instanceof Carried)) return value as Value;
    const { members } = Carried.factsOf(value);
    return Carried.lengthOf(value) > shortListBytes
      ? new TextList(Carried.takeBytes(value), members)
      : JSON.parse(Carried.takeText(value));
  },
  timestamp: (value) => toTimestamp(value as string),
};
