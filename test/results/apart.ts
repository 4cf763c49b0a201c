import type { TestDatabase } from "../databases.ts";

/**
 * What the results should be, in SQL that shares nothing with the program: how each kind of database spells it,
 * and its answers as plain values.
 */
export interface Apart {
  /** Where a test `t` ran; NULL where that is not said. */
  readonly platform: string;
  readonly lab: string;
  /** Whether a test `t` ran on what is compatible with a name. */
  compatibleWith(name: string): string;
  /** Makes a text sort by code points. */
  readonly byCodePoints: string;
  /** The rows, each as the list of its values, texts and numbers. */
  rows(text: string): Promise<(string | number | null)[][]>;
  /** The texts of the first column; those that are NULL are left out. */
  list(text: string): Promise<string[]>;
}

export function apartOn(database: TestDatabase): Apart {
  const isSqlite = database.url.startsWith("sqlite:");
  const text = (column: string, field: string) =>
    isSqlite
      ? `(case json_type(${column} -> '${field}') when 'text' then ${column} ->> '${field}' when 'null' then null else cast(${column} -> '${field}' as text) end)`
      : `(${column} ->> '${field}')`;
  const rows = async (statement: string) =>
    (await database.query(statement)).map((row) =>
      Object.values(row).map((value) =>
        typeof value === "string" && /^\d+$/.test(value) ? Number(value) : (value as string | null),
      ),
    );
  return {
    platform: text("t.environment_misc", "platform"),
    lab: text("t.misc", "runtime"),
    compatibleWith: (name) =>
      isSqlite
        ? `t.environment_compatible like '%"${name}"%'`
        : `${quoted(name)} = any(t.environment_compatible)`,
    byCodePoints: isSqlite ? "" : 'collate "C"',
    rows,
    list: async (statement) =>
      (await rows(statement)).flatMap(([value = null]) => (value === null ? [] : [String(value)])),
  };
}

/** A text in SQL. */
export function quoted(text: string | null): string {
  return text === null ? "null" : `'${text.replaceAll("'", "''")}'`;
}

/** Joins tests `t`, builds `b` and checkouts `c`; what is missing is null. */
export const joined =
  "tests t left join builds b on b.id = t.build_id left join checkouts c on c.id = b.checkout_id";

export const isBoot = "(t.path = 'boot' or t.path like 'boot.%')";
export const isDummy = "b.id like 'maestro:dummy^_%' escape '^'";

/** Two columns that are equal, or both null. */
export function same(a: string, b: string): string {
  return `(${a} = ${b} or (${a} is null and ${b} is null))`;
}

/** The word for one that nobody told. */
export function told(expression: string): string {
  return `coalesce(nullif(${expression}, ''), 'Unknown')`;
}
