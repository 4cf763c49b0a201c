import type { Database } from "bun:sqlite";
import { tables } from "../../rows/tables.ts";

/** What is to be said of triggers that others have made and that leave rows out without an error. */
export function skippedRowsWarnings(db: Database): string[] {
  const found = db
    .query<{ name: string; table: string; sql: string }, []>(
      "select name, tbl_name as 'table', sql from sqlite_schema where type = 'trigger' order by 1",
    )
    .all();
  return found
    .filter(({ table, sql }) => ours.has(table.toLowerCase()) && /raise\s*\(\s*ignore/i.test(sql))
    .map(
      ({ name, table }) =>
        `the trigger ${name} of ${table} can leave rows out: a file is archived also where its rows are left out`,
    );
}

// --- internal ---

const ours: ReadonlySet<string> = new Set(tables.map(({ name }) => name));
