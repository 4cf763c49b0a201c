import type { FieldPath } from "./field-path.ts";

/** What a column holds; how each store spells it is the store's own. */
export type ColumnType =
  | "text"
  | "varchar"
  | "json"
  | "text[]"
  | "integer"
  | "bigint"
  | "double"
  | "boolean"
  | "timestamp"
  | "bytes";

/** A column as data: what it holds, and where its values come from. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Longest text in code points; only `varchar` has one. */
  readonly maxLength?: number;
  readonly nullable: boolean;
  /** The database numbers the rows itself; never written. */
  readonly identity: boolean;
  /** The time of ingestion, whatever was submitted; of two rows of one key the later counts. */
  readonly ingestionTime: boolean;
  /** The value is the MD5, in hex, of these columns joined; absent ones count as "". */
  readonly md5Of?: readonly string[];
  readonly fallback?: Fallback;
  /** On a conflict the value comes from the row that the value of this column is taken from. */
  readonly follows?: string;
}

/**
 * What ingestion puts into a column where a submission gives nothing: the value of another column, or
 * with `field` a JSON object that holds it there and nothing else. It fills a gap and gives way to
 * whatever is given. A value that is given and equal to it is the same row either way.
 */
export interface Fallback {
  readonly column: string;
  readonly field?: string;
}

/**
 * What happens to a row whose key is stored already:
 * - `fill`: what is stored stays, a NULL or a fallback is filled in;
 * - `latest`: the row that is greater in the columns of `order` – the first counts most, NULL is the
 *   least, texts are compared by code points – gives also the columns of `takes`. Rows that are equal
 *   in `order` each tell a part of them: there a NULL is filled in.
 */
export type Conflict =
  | { readonly on: readonly string[]; readonly rule: "fill" }
  | {
      readonly on: readonly string[];
      readonly rule: "latest";
      readonly order: readonly string[];
      readonly takes: readonly string[];
    };

/** A field of a JSON column as text. */
export interface JsonField {
  readonly column: string;
  readonly field: string;
}

/** An index as data. */
export interface Index {
  /** `list`: by each text of an array; `prefix`: by how a text begins. */
  readonly kind: "btree" | "list" | "prefix";
  readonly keys: readonly (string | JsonField)[];
  /** Holds only the rows that have a value here. */
  readonly where?: JsonField;
}

/** A constraint that rows differ in these columns. */
export interface Unique {
  readonly columns: readonly string[];
  /** NULLs are equal to each other. */
  readonly nullsEqual: boolean;
}

/** What a column of a derived table holds, by the columns of the main table or the object behind its row. */
export type Source =
  | { readonly copy: string }
  /** A field of the object, as `->>` gives it. */
  | { readonly text: FieldPath }
  /** The status in a column as a letter. */
  | { readonly letter: string }
  /** Whether the path in a column is that of a boot test. */
  | { readonly isBoot: string }
  | { readonly constant: number };

/** A table whose rows follow from those of a main table, one from each. */
export interface Derivation {
  readonly from: Table;
  /** A row without a value in this column of the main table gives none. */
  readonly needs?: string;
  /** By written column, in their order. */
  readonly sources: readonly Source[];
}

/** A table as data; DDL, statements and encodings are derived from it. */
export interface Table {
  readonly name: string;
  /** All columns, in the order of the catalogue. */
  readonly columns: readonly Column[];
  /** The columns that ingestion gives values for; a row is an array in this order. */
  readonly written: readonly Column[];
  /** The written column that holds the time of ingestion, where there is one. */
  readonly ingestionTime: Column | undefined;
  readonly primaryKey: readonly string[];
  readonly primaryKeyName: string;
  /** By name of the constraint. */
  readonly unique: Readonly<Record<string, Unique>>;
  /** By name. */
  readonly indexes: Readonly<Record<string, Index>>;
  readonly conflict: Conflict;
  readonly derived: Derivation | undefined;
  /** Place of a written column in a row. Throws on an unknown name: a bug. */
  at(column: string): number;
}

/** An index by the order of columns. */
export function index(...keys: (string | JsonField)[]): Index {
  return { kind: "btree", keys };
}

interface TableFacts {
  columns: Record<string, string>;
  generated?: Record<string, { md5Of: readonly string[] }>;
  fallbacks?: Record<string, Fallback>;
  follows?: Record<string, string>;
  /** Sources of a derived table; a column without one copies the column of its name. */
  derived?: Pick<Derivation, "from" | "needs"> & { sources: Record<string, Source> };
  primaryKey?: readonly string[];
  primaryKeyName?: string;
  unique?: Record<string, Unique>;
  indexes: Record<string, Index>;
  conflict?: Conflict;
}

/**
 * Builds a table from facts in short form: a column is its type, `(N)` its length, `!` not null,
 * `identity` and `ingested` what its values are. The primary key is `id` and rows conflict on it by the
 * rule `fill` unless said otherwise.
 */
export function table(name: string, facts: TableFacts): Table {
  const columns = Object.entries(facts.columns).map(([column, spec]) => ({
    ...parseColumn(column, spec),
    ...facts.generated?.[column],
    ...(facts.fallbacks?.[column] ? { fallback: facts.fallbacks[column] } : {}),
    ...(facts.follows?.[column] ? { follows: facts.follows[column] } : {}),
  }));
  const written = columns.filter((column) => !column.identity && !column.md5Of);
  const primaryKey = facts.primaryKey ?? ["id"];
  const places = new Map(written.map((column, place) => [column.name, place]));
  return {
    name,
    columns,
    written,
    ingestionTime: written.find((column) => column.ingestionTime),
    primaryKey,
    primaryKeyName: facts.primaryKeyName ?? `${name}_pkey`,
    unique: facts.unique ?? {},
    indexes: facts.indexes,
    conflict: facts.conflict ?? { on: primaryKey, rule: "fill" },
    derived: facts.derived && { ...facts.derived, sources: sourcesOf(written, facts.derived) },
    at(column) {
      const place = places.get(column);
      if (place === undefined) throw new Error(`table ${name} has no written column ${column}`);
      return place;
    },
  };
}

function sourcesOf(
  written: readonly Column[],
  { from, sources }: NonNullable<TableFacts["derived"]>,
): Source[] {
  return written.map(({ name }) => {
    const source = sources[name] ?? { copy: name };
    for (const column of Object.values(source)) if (typeof column === "string") from.at(column);
    return source;
  });
}

function parseColumn(name: string, spec: string): Column {
  const [, type, length, role, required] =
    /^([a-z[\]]+)(?:\((\d+)\))?( identity| ingested)?(!?)$/.exec(spec) ?? [];
  if (!type) throw new Error(`column ${name}: cannot read "${spec}"`);
  return {
    name,
    type: type as ColumnType,
    ...(length ? { maxLength: Number(length) } : {}),
    nullable: !required,
    identity: role === " identity",
    ingestionTime: role === " ingested",
  };
}
