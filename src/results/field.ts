import type { ColumnType, Table } from "../rows/table.ts";
import { decodeValue, type ReadDialect, type Reader, type ReadRow } from "../store/reader.ts";
import { allOf, isOneOf, joinedBy, ownText, type Statement, sql } from "../store/statement.ts";

/** Something that can be selected and compared: a column, or what follows from one. */
export interface ReadField {
  readonly type: ColumnType;
  /** Its expression in SQL. */
  expression(dialect: ReadDialect): string;
  /** The JSON column that it is a field of. */
  readonly json?: string;
}

/** Fields by the names that they have in a row. */
export type FieldsOf<R> = { readonly [Name in keyof R]-?: ReadField };

/** A column of a table that stands in a query under an alias. */
export function column(alias: string, table: Table, name: string): ReadField {
  const found = table.columns.find((one) => one.name === name);
  if (!found) throw new Error(`table ${table.name} has no column ${name}`);
  return { type: found.type, expression: () => `${alias}.${name}` };
}

/** Columns by their names. */
export function columns<const N extends string>(
  alias: string,
  table: Table,
  names: readonly N[],
): Record<N, ReadField> {
  const entries = names.map((name) => [name, column(alias, table, name)] as const);
  return Object.fromEntries(entries) as Record<N, ReadField>;
}

/** A field of a JSON column, as text. */
export function jsonField(place: string, field: string): ReadField {
  return {
    type: "text",
    expression: (dialect) => dialect.fieldText(place, field),
    json: place,
  };
}

/** Whether a field is one of some texts; `expression` is what is compared, where that is not the field's own. */
export function isOneOfTexts(
  { json, expression: own }: ReadField,
  texts: readonly string[],
  dialect: ReadDialect,
  expression = own(dialect),
): Statement {
  const is = isOneOf(ownText(expression), texts);
  const mayBe = json === undefined ? undefined : dialect.mayHold(json, texts);
  return mayBe ? allOf([mayBe, is]) : is;
}

/** Whether the text of a field has a part. */
export function containsText(
  { json, expression }: ReadField,
  part: string,
  dialect: ReadDialect,
): Statement {
  const has = dialect.contains(expression(dialect), part);
  const mayHave = json === undefined ? undefined : dialect.mayContain(json, part);
  return mayHave ? allOf([mayHave, has]) : has;
}

/** What is known of rows before they are read, so that it is not read again with each. */
export interface KnownFields {
  readonly names: ReadonlySet<string>;
  /** Selects which row is which, under names of its own. */
  readonly by: Statement;
  /** The known fields of a row. */
  of(row: ReadRow): Readonly<Record<string, unknown>>;
}

/** Selects fields from what `source` says, which begins with `from`; `known` has those that need not be read. */
export async function select<R>(
  db: Reader,
  fields: FieldsOf<R>,
  source: Statement,
  known?: KnownFields,
): Promise<R[]> {
  const entries = Object.entries<ReadField>(fields);
  const list = entries
    .filter(([name]) => !known?.names.has(name))
    .map(([name, { type, expression }]) =>
      ownText(`${db.dialect.selected(expression(db.dialect), type)} as ${name}`),
    );
  const all = joinedBy(", ", known ? [...list, known.by] : list);
  const rows = await db.query(sql`select ${all} ${source}`);
  const columns = entries.map(([name, { type }]) => {
    return { name, type, isKnown: known?.names.has(name) ?? false };
  });
  // By hand: lists have many thousand rows.
  return rows.map((row) => {
    const decoded: Record<string, unknown> = {};
    const told = known?.of(row) ?? {};
    for (const { name, type, isKnown } of columns) {
      decoded[name] = isKnown ? told[name] : decodeValue(row[name], type);
    }
    return decoded as R;
  });
}
