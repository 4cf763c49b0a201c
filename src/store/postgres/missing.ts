import type { Sql } from "postgres";
import type { Column, ColumnType, Table } from "../../rows/table.ts";
import { tables } from "../../rows/tables.ts";
import type { Gap } from "../gap.ts";
import { addColumns, typeName } from "./sql.ts";

/** The types, by the names of the catalogue, that take values in the form in which they are sent. */
const acceptedTypes: Record<Exclude<ColumnType, "text" | "varchar">, string> = {
  json: "jsonb",
  "text[]": "_text",
  integer: "int4",
  bigint: "int8",
  double: "float8",
  boolean: "bool",
  timestamp: "timestamptz",
  bytes: "bytea",
};

/** Strings of any kind, and enumerations, take texts. */
const textCategories = ["S", "E"];

/** What ingestion writes and the database lacks or has otherwise. */
export async function missing(sql: Pick<Sql, "unsafe">): Promise<Gap[]> {
  const facts = await sql.unsafe<ColumnFacts[]>(columnsOf, [
    tables.map((table) => table.name).join(","),
  ]);
  const byTable = Map.groupBy(facts, (row) => row.table);
  return tables.flatMap((table) => gapsOf(table, byTable.get(table.name) ?? []));
}

// --- internal ---

interface ColumnFacts {
  table: string;
  /** Null: the table is not there. */
  owner: string | null;
  may_alter: boolean;
  column: string | null;
  /** As it was declared. */
  type: string;
  /** Name and category of the type; of a domain, of what it is made from. */
  base: string;
  category: string;
  /** What gives the column its values in the place of those that are written. */
  made_by: "expression" | "identity" | null;
}

const columnsOf = `
  select name as table, quote_ident(pg_get_userbyid(relowner)) as owner,
    pg_has_role(relowner, 'usage') as may_alter, attname as column,
    format_type(atttypid, atttypmod) as type, base.typname as base, base.typcategory as category,
    case when attgenerated <> '' then 'expression' when attidentity = 'a' then 'identity' end as made_by
  from unnest(string_to_array($1, ',')) as name
  left join pg_class on pg_class.oid = to_regclass(name)
  left join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
  left join pg_type as declared on declared.oid = atttypid
  left join pg_type as base
    on base.oid = case declared.typtype when 'd' then declared.typbasetype else declared.oid end`;

function gapsOf(table: Table, facts: readonly ColumnFacts[]): Gap[] {
  const [first] = facts;
  if (!first?.owner) return [{ name: table.name, kind: "table" }];
  const owner = first.may_alter ? {} : { owner: first.owner };
  const byName = new Map(facts.map((row) => [row.column, row]));
  const absent = table.written.filter(({ name }) => !byName.has(name));
  const toAdd = absent.filter(({ nullable }) => nullable);
  return table.written.flatMap((column): Gap[] => {
    const name = `${table.name}.${column.name}`;
    const found = byName.get(column.name);
    if (found && takes(found, column)) return [];
    if (found) return [typeGap(table, column, found)];
    if (!column.nullable) return [{ name, kind: "value", mend: addWithValue(table, column) }];
    return [{ name, kind: "column", statement: addColumns(table, toAdd), ...owner }];
  });
}

function takes({ base, category, made_by }: ColumnFacts, { type }: Column): boolean {
  if (made_by) return false;
  if (type === "text" || type === "varchar") return textCategories.includes(category);
  return base === acceptedTypes[type];
}

function typeGap(table: Table, column: Column, { type: is, made_by }: ColumnFacts): Gap {
  const type = typeName(column);
  const alter = `alter table ${table.name} alter column ${column.name}`;
  return {
    name: `${table.name}.${column.name}`,
    kind: "type",
    is: `${made_by ? "generated" : is}, not ${type}`,
    mend: made_by
      ? `${alter} drop ${made_by}`
      : `${alter} type ${type} using ${column.name}::${type}, which rewrites the table`,
  };
}

function addWithValue(table: Table, column: Column): string {
  const alter = `alter table ${table.name}`;
  return [
    `${table.name}.${column.name} must not be NULL, and only you know its value for existing rows: ${alter} add column ${column.name} ${typeName(column)}`,
    `update ${table.name} set ${column.name} = VALUE`,
    `${alter} alter column ${column.name} set not null`,
  ].join("; ");
}
