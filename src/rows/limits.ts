import type { ListName } from "../submission/submission.ts";
import { type FieldPath, fieldPath } from "./field-path.ts";
import { type Column, type Index, index, type Table } from "./table.ts";
import { tables } from "./tables.ts";

/** What the tables can hold of the objects of one list. */
export interface Limits {
  /** Fields whose text has a limit, in code points. */
  points: { field: FieldPath; max: number }[];
  /** Fields that share a b-tree entry, and the bytes it has for them with their headers. */
  entries: { fields: FieldPath[]; maxBytes: number }[];
  /** Fields that are lists of text, each of which becomes an index entry of its own. */
  elements: { fields: FieldPath[]; maxBytes: number }[];
  integers: FieldPath[];
  doubles: FieldPath[];
  timestamps: FieldPath[];
  json: FieldPath[];
  /** JSON fields that an index reads, so that the database takes them apart when it writes. */
  readByIndex: FieldPath[];
}

/**
 * Bytes of the largest entry that a Postgres b-tree index takes, a third of a page; GIN takes 8 more.
 * Longer ones go in when they compress well, which is not to be relied on.
 */
const maxEntryBytes = 2704;
/** Bytes before the first column of an entry; with a NULL bitmap there are 8 more. */
const entryHeaderBytes = 8;
const nullBitmapBytes = 8;
/** Bytes before each text, which begins at a multiple of 4. */
export const textHeaderBytes = 4;
/** The greatest number of an `integer` column. */
export const maxInteger = 2_147_483_647;

const known = new Map<ListName, Limits>();

/** The limits of a list's objects, derived from the tables. */
export function limitsOf(list: ListName): Limits {
  let limits = known.get(list);
  if (!limits) {
    limits = {
      points: [],
      entries: [],
      elements: [],
      integers: [],
      doubles: [],
      timestamps: [],
      json: [],
      readByIndex: [],
    };
    for (const table of tables) {
      if ((table.derived?.from ?? table).name !== list) continue;
      addColumns(limits, table);
      addIndexes(limits, table);
    }
    known.set(list, limits);
  }
  return limits;
}

function addColumns(limits: Limits, table: Table): void {
  const readByIndex = new Set(
    Object.values(table.indexes).flatMap(({ keys, where }) =>
      [...keys, where].flatMap((key) => (typeof key === "object" ? [key.column] : [])),
    ),
  );
  for (const column of table.written) {
    const field = fieldOf(table, column.name);
    if (!field) continue;
    if (column.maxLength !== undefined) addPoints(limits.points, field, column.maxLength);
    if (table.derived) continue;
    if (column.type === "integer") limits.integers.push(field);
    if (column.type === "double") limits.doubles.push(field);
    if (column.type === "timestamp") limits.timestamps.push(field);
    if (column.type === "json") limits.json.push(field);
    if (readByIndex.has(column.name)) limits.readByIndex.push(field);
  }
}

function addIndexes(limits: Limits, table: Table): void {
  for (const { kind, keys } of indexesOf(table)) {
    const columns = table.written.filter((column) => keys.includes(column.name));
    const texts = columns.filter((column) => column.type === "text" || column.type === "varchar");
    const fields = (kind === "list" ? columns : texts).flatMap((column) => {
      const field = fieldOf(table, column.name);
      return field ? [field] : [];
    });
    if (fields.length === 0) continue;
    const room = columns.reduce((left, column) => left - fixedBytes(column), entryBytes(columns));
    if (kind === "list") addOnce(limits.elements, fields, maxEntryBytes - entryHeaderBytes);
    else addOnce(limits.entries, fields, room);
  }
}

/** Adds the longest text of a field, or lowers it. */
function addPoints(points: Limits["points"], field: FieldPath, max: number): void {
  const same = points.find((point) => String(point.field) === String(field));
  if (same) same.max = Math.min(same.max, max);
  else points.push({ field, max });
}

/** Adds a limit, or lowers the one that the same fields have already. */
function addOnce(entries: Limits["entries"], fields: FieldPath[], maxBytes: number): void {
  const same = entries.find((entry) => String(entry.fields) === String(fields));
  if (same) same.maxBytes = Math.min(same.maxBytes, maxBytes);
  else entries.push({ fields, maxBytes });
}

/** Bytes that an entry has for its columns. */
function entryBytes(columns: readonly Column[]): number {
  const hasBitmap = columns.length > 1 && columns.some((column) => column.nullable);
  return maxEntryBytes - entryHeaderBytes - (hasBitmap ? nullBitmapBytes : 0);
}

/** Bytes of a column that is no text. */
function fixedBytes(column: Column): number {
  if (column.type === "text" || column.type === "varchar") return 0;
  return column.type === "integer" ? 4 : 8;
}

/** The field that a column is filled from; none where the value is computed or our own. */
function fieldOf(table: Table, column: string): FieldPath | undefined {
  const source = table.derived?.sources[table.at(column)];
  if (table.derived && source) {
    if ("text" in source) return source.text;
    return "copy" in source ? fieldOf(table.derived.from, source.copy) : undefined;
  }
  return column === table.ingestionTime?.name ? undefined : fieldPath(column);
}

/** Every index; a generated value and an expression have limits of their own. */
function indexesOf(table: Table): Index[] {
  return [
    index(...table.primaryKey),
    ...Object.values(table.unique).map(({ columns }) => index(...columns)),
    ...Object.values(table.indexes),
  ];
}
