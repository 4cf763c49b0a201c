import type { Sql } from "postgres";
import { StoreFault } from "../fault.ts";

/**
 * Sees that the database holds every character: submissions are in UTF-8. Throws `StoreFault` (operator)
 * where its encoding is another; `SQL_ASCII` keeps bytes as they are and goes.
 */
export async function requireEncoding(sql: Sql): Promise<void> {
  const { name, encoding } = await encodingOf(sql);
  if (encoding === "UTF8" || encoding === "SQL_ASCII") return;
  throw new StoreFault(`the database ${name} has the encoding ${encoding}, not UTF8`, {
    operation: "look at the encoding",
    class: "operator",
    hint: `make another and move the data: create database NAME encoding 'UTF8' locale 'C.UTF-8' template template0`,
  });
}

/** What is to be said of an encoding that goes, but does not check what it is given. */
export async function encodingWarnings(sql: Sql): Promise<string[]> {
  const { name, encoding } = await encodingOf(sql);
  if (encoding !== "SQL_ASCII") return [];
  return [
    `the database ${name} has the encoding SQL_ASCII: lengths are counted in bytes and nothing is checked; better is UTF8`,
  ];
}

// --- internal ---

async function encodingOf(sql: Sql): Promise<{ name: string; encoding: string }> {
  const [row] = await sql<{ name: string; encoding: string }[]>`
    select current_database() as name, pg_encoding_to_char(encoding) as encoding
    from pg_database where datname = current_database()`;
  if (!row) throw new Error("the database is not in pg_database");
  return row;
}
