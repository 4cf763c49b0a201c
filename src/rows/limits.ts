import type { ListName } from "../submission/submission.ts";
import { type FieldPath, fieldPath } from "./field-path.ts";
import type { Column, Table } from "./table.ts";
import {
  builds,
  checkouts,
  incidents,
  issues,
  latestCheckout,
  pendingBuilds,
  pendingTest,
  tests,
  treeListing,
} from "./tables.ts";

/** What the tables can hold of the objects of one list. */
export interface Limits {
  /** Fields whose text may have so many code points. */
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

/** Columns of a derived table that take a field as it is. */
type Copies = Readonly<Record<string, FieldPath>>;

const treeFields: Copies = {
  checkout_id: ["id"],
  origin: ["origin"],
  tree_name: ["tree_name"],
  git_repository_url: ["git_repository_url"],
  git_repository_branch: ["git_repository_branch"],
};

/** The tables that an object of a list goes to; a main table takes all fields. */
const targets: Record<ListName, readonly (readonly [Table, Copies?])[]> = {
  issues: [[issues]],
  checkouts: [
    [checkouts],
    [latestCheckout, treeFields],
    [
      treeListing,
      {
        ...treeFields,
        git_commit_hash: ["git_commit_hash"],
        git_commit_name: ["git_commit_name"],
      },
    ],
  ],
  builds: [
    [builds],
    [pendingBuilds, { build_id: ["id"], checkout_id: ["checkout_id"], origin: ["origin"] }],
  ],
  tests: [
    [tests],
    [
      pendingTest,
      { test_id: ["id"], origin: ["origin"], platform: ["environment", "misc", "platform"] },
    ],
  ],
  incidents: [[incidents]],
};

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
    for (const [table, copies] of targets[list]) {
      addColumns(limits, table, copies);
      addIndexes(limits, table, copies);
    }
    known.set(list, limits);
  }
  return limits;
}

function addColumns(limits: Limits, table: Table, copies: Copies | undefined): void {
  for (const column of table.written) {
    const field = fieldOf(column, copies);
    if (!field) continue;
    if (column.maxLength !== undefined) limits.points.push({ field, max: column.maxLength });
    if (copies) continue;
    if (column.type === "integer") limits.integers.push(field);
    if (column.type === "double") limits.doubles.push(field);
    if (column.type === "timestamp") limits.timestamps.push(field);
    if (column.type === "json") limits.json.push(field);
    const indexes = Object.values(table.indexes);
    if (indexes.some((spec) => spec.includes(`(${column.name} ->>`)))
      limits.readByIndex.push(field);
  }
}

function addIndexes(limits: Limits, table: Table, copies: Copies | undefined): void {
  for (const index of indexesOf(table)) {
    const columns = table.written.filter((column) => index.columns.includes(column.name));
    const texts = columns.filter((column) => column.type === "text" || column.type === "varchar");
    const fields = (index.gin ? columns : texts).flatMap((column) => {
      const field = fieldOf(column, copies);
      return field ? [field] : [];
    });
    if (fields.length === 0) continue;
    const room = columns.reduce((left, column) => left - fixedBytes(column), entryBytes(columns));
    if (index.gin) addOnce(limits.elements, fields, maxEntryBytes - entryHeaderBytes);
    else addOnce(limits.entries, fields, room);
  }
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
function fieldOf(column: Column, copies: Copies | undefined): FieldPath | undefined {
  if (copies) return Object.hasOwn(copies, column.name) ? copies[column.name] : undefined;
  // The time of ingestion takes the place of a submitted `_timestamp`.
  return column.name === "_timestamp" ? undefined : fieldPath(column.name);
}

/** The columns of every index; a generated value and an expression have limits of their own. */
function indexesOf(table: Table): { columns: string[]; gin: boolean }[] {
  const specs = [
    `(${table.primaryKey})`,
    ...Object.values(table.unique),
    ...Object.values(table.indexes),
  ];
  return specs.map((spec) => ({
    columns: (/^[a-z ]*\(([^()]*)\)/.exec(spec)?.[1] ?? "")
      .split(",")
      .map((part) => part.trim().split(" ")[0] ?? ""),
    gin: spec.startsWith("using gin"),
  }));
}
