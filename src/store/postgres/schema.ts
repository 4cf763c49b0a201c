import type { Sql } from "postgres";
import { tables } from "../../rows/tables.ts";
import { StoreFault } from "../fault.ts";
import type { Migration } from "../store.ts";
import { dashboardTables } from "./dashboard-tables.ts";
import { createIndexes, createTable } from "./sql.ts";
import { transact } from "./transact.ts";

/** The first server that knows NULLS NOT DISTINCT. */
const minServerVersion = 150_000;
/** Any number: two migrations at once wait for each other on it. */
const migrationLock = 5_030_001;

/** Creates the tables that are missing, with constraints and indexes; leaves the others as they are. */
export async function migrate(sql: Sql): Promise<Migration> {
  return transact(sql, async (transaction) => {
    await transaction`select pg_advisory_xact_lock(${migrationLock}::bigint)`;
    await requireVersion(transaction);
    const made: Migration = { tables: [], indexes: [] };
    for (const table of [...tables, ...dashboardTables]) {
      const [row] = await transaction`select to_regclass(${table.name}) is null as absent`;
      if (!row?.absent) continue;
      await transaction.unsafe(createTable(table));
      made.tables.push(table.name);
      for (const [name, statement] of createIndexes(table)) {
        await transaction.unsafe(statement);
        made.indexes.push(name);
      }
    }
    return made;
  });
}

/** The tables, or columns of them, that ingestion writes and the database lacks. */
export async function missing(sql: Sql): Promise<string[]> {
  const rows = await sql<{ table: string; column: string | null }[]>`
    select name as table, attname as column
    from unnest(string_to_array(${tables.map((table) => table.name).join(",")}, ',')) as name
    left join pg_attribute on attrelid = to_regclass(name) and attnum > 0 and not attisdropped`;
  const present = new Set(rows.map((row) => `${row.table}.${row.column ?? ""}`));
  return tables.flatMap((table) => {
    if (present.has(`${table.name}.`)) return [table.name];
    const columns = table.written.map((column) => `${table.name}.${column.name}`);
    return columns.filter((column) => !present.has(column));
  });
}

async function requireVersion(sql: Pick<Sql, "unsafe">): Promise<void> {
  const [row] = await sql.unsafe("show server_version_num");
  const version = Number(row?.server_version_num);
  if (version >= minServerVersion) return;
  throw new StoreFault(`the server is Postgres ${Math.floor(version / 10_000)}, too old`, {
    operation: "create the tables",
    class: "operator",
    hint: "use Postgres 15 or newer",
  });
}
