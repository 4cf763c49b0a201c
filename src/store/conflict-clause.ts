import type { Column, Conflict, Fallback, Table } from "../rows/table.ts";

/** What an upsert does with a row that is `stored` and another of its key that is `excluded`. */
export interface ConflictClause {
  /** Assignments, as in `a = 1`. */
  readonly set: readonly string[];
  /** When there is anything to write. Absent: always. */
  readonly where?: string;
}

/** How a kind of database spells what the clause needs and SQL has no word for. */
export interface Dialect {
  /** A JSON object with one field, whose name is plain and whose value is a text. */
  jsonObject(field: string, value: string): string;
  /** A text, to be compared by code points. */
  byCodePoints(text: string): string;
}

/** The conflict clause of a table: in SQL what `mergeRows` does with two rows of one batch. */
export function conflictClause(table: Table, dialect: Dialect): ConflictClause {
  const { conflict } = table;
  if (conflict.rule === "latest") return takeLatest(table, conflict, dialect);
  const set = table.written.flatMap((column) => {
    const value = merged(table, column, dialect);
    return value === undefined ? [] : [`${column.name} = ${value}`];
  });
  // The time of ingestion is always written.
  if (table.ingestionTime) return { set };
  return {
    set,
    where: fillable(table)
      .map((column) => gains(column, dialect))
      .join(" or "),
  };
}

/** The columns of a `fill` table that a later submission may fill in. */
export function fillable(table: Table): Column[] {
  return table.written.filter((column) => column.nullable && !column.ingestionTime);
}

/** The value that ingestion puts into a column of `row` where none is given. */
export function fallbackOf(row: string, { column, field }: Fallback, dialect: Dialect): string {
  const value = `${row}.${column}`;
  return field === undefined ? value : dialect.jsonObject(field, value);
}

// --- internal ---

/** What a column holds after the conflict; undefined where it stays as it is. */
function merged(table: Table, column: Column, dialect: Dialect): string | undefined {
  const { name, follows } = column;
  if (column.ingestionTime) {
    return `case when stored.${name} >= excluded.${name} then stored.${name} else coalesce(excluded.${name}, stored.${name}) end`;
  }
  if (follows !== undefined) {
    const decider = table.written[table.at(follows)] as Column;
    return `case when ${gains(decider, dialect)} then excluded.${name} else stored.${name} end`;
  }
  return column.nullable ? filled(column, dialect) : undefined;
}

function filled({ name, fallback }: Column, dialect: Dialect): string {
  if (!fallback) return `coalesce(stored.${name}, excluded.${name})`;
  const given = (row: string) => `nullif(${row}.${name}, ${fallbackOf(row, fallback, dialect)})`;
  return `coalesce(${given("stored")}, ${given("excluded")}, stored.${name}, excluded.${name})`;
}

/** Whether the stored row takes the value of a column from the other. */
function gains(column: Column, dialect: Dialect): string {
  if (column.fallback) return `${filled(column, dialect)} is distinct from stored.${column.name}`;
  return `(stored.${column.name} is null and excluded.${column.name} is not null)`;
}

function takeLatest(
  table: Table,
  { order, takes }: Extract<Conflict, { rule: "latest" }>,
  dialect: Dialect,
): ConflictClause {
  const columns = order.map((name) => table.written[table.at(name)] as Column);
  const same = (list: readonly Column[]) =>
    list.map(({ name }) => `excluded.${name} is not distinct from stored.${name}`);
  const later = columns.map((column, place) =>
    [...same(columns.slice(0, place)), isGreater(column, dialect)].join(" and "),
  );
  const isSame = same(columns).join(" and ");
  const gaps = takes.map((name) => `(stored.${name} is null and excluded.${name} is not null)`);
  return {
    set: [
      ...order.map((name) => `${name} = excluded.${name}`),
      ...takes.map(
        (name) =>
          `${name} = coalesce(case when ${isSame} then stored.${name} end, excluded.${name})`,
      ),
    ],
    where: [...later, ...gaps.map((gap) => `${isSame} and ${gap}`)].join(" or "),
  };
}

function isGreater({ name, type, nullable }: Column, dialect: Dialect): string {
  const of = (row: string) =>
    type === "text" ? dialect.byCodePoints(`${row}.${name}`) : `${row}.${name}`;
  const greater = `${of("excluded")} > ${of("stored")}`;
  if (!nullable) return greater;
  return `(${greater} or (stored.${name} is null and excluded.${name} is not null))`;
}
