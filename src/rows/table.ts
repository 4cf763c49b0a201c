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

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Longest text in code points; only `varchar` has one. */
  readonly maxLength?: number;
  readonly nullable: boolean;
  /** The database numbers the rows itself; never written. */
  readonly identity: boolean;
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
 * - `fill`: what is stored stays, a NULL or a fallback is filled in, `_timestamp` takes the later;
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

export interface Table {
  readonly name: string;
  /** All columns, in the order of the catalogue. */
  readonly columns: readonly Column[];
  /** The columns that ingestion gives values for; a row is an array in this order. */
  readonly written: readonly Column[];
  /** Its columns, as in `a` or `a, b`. */
  readonly primaryKey: string;
  readonly primaryKeyName: string;
  /** Constraint name -> columns, with `nulls not distinct` where NULLs are equal. */
  readonly unique: Readonly<Record<string, string>>;
  /** Index name -> what follows `on TABLE`, lower case. */
  readonly indexes: Readonly<Record<string, string>>;
  readonly conflict: Conflict;
  /** Place of a written column in a row. Throws on an unknown name: a mistake of the program. */
  at(column: string): number;
}

interface TableFacts {
  columns: Record<string, string>;
  generated?: Record<string, { md5Of: readonly string[] }>;
  fallbacks?: Record<string, Fallback>;
  follows?: Record<string, string>;
  primaryKey?: string;
  primaryKeyName?: string;
  unique?: Record<string, string>;
  indexes: Record<string, string>;
  conflict?: Conflict;
}

/**
 * Builds a table from facts in short form: a column is its type, `(N)` its length, `!` not null. The
 * primary key is `id` and rows conflict on it by the rule `fill` unless said otherwise.
 */
export function table(name: string, facts: TableFacts): Table {
  const columns = Object.entries(facts.columns).map(([column, spec]) => ({
    ...parseColumn(column, spec),
    ...facts.generated?.[column],
    ...(facts.fallbacks?.[column] ? { fallback: facts.fallbacks[column] } : {}),
    ...(facts.follows?.[column] ? { follows: facts.follows[column] } : {}),
  }));
  const written = columns.filter((column) => !column.identity && !column.md5Of);
  const primaryKey = facts.primaryKey ?? "id";
  const places = new Map(written.map((column, place) => [column.name, place]));
  return {
    name,
    columns,
    written,
    primaryKey,
    primaryKeyName: facts.primaryKeyName ?? `${name}_pkey`,
    unique: facts.unique ?? {},
    indexes: facts.indexes,
    conflict: facts.conflict ?? { on: [primaryKey], rule: "fill" },
    at(column) {
      const place = places.get(column);
      if (place === undefined) throw new Error(`table ${name} has no written column ${column}`);
      return place;
    },
  };
}

function parseColumn(name: string, spec: string): Column {
  const [, type, length, identity, required] =
    /^([a-z[\]]+)(?:\((\d+)\))?( identity)?(!?)$/.exec(spec) ?? [];
  if (!type) throw new Error(`column ${name}: cannot read "${spec}"`);
  return {
    name,
    type: type as ColumnType,
    ...(length ? { maxLength: Number(length) } : {}),
    nullable: !required,
    identity: identity !== undefined,
  };
}
