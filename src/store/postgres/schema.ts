import type { Sql } from "postgres";
import { tables } from "../../rows/tables.ts";
import { StoreFault } from "../fault.ts";
import type { Migration } from "../store.ts";
import { addMissing } from "./add-columns.ts";
import { dashboardTables } from "./dashboard-tables.ts";
import { missing } from "./missing.ts";
import { createIndexes, createTable } from "./sql.ts";
import { transact } from "./transact.ts";
import { makeViews } from "./views.ts";

/** The first server that knows NULLS NOT DISTINCT. */
const minServerVersion = 150_000;
/** Any number: two migrations at once wait for each other on it. */
const migrationLock = 5_030_001;

/**
 * Creates the tables that are missing, with constraints and indexes; leaves the others as they are, but for
 * columns that are missing and may be NULL, which it adds with `alter`. Views are made with `views` alone, where
 * nothing is left to be done.
 */
export async function migrate(
  sql: Sql,
  options: { alter?: boolean | undefined; views?: boolean | undefined },
): Promise<Migration> {
  const made = await transact(sql, async (transaction) => {
    await transaction`select pg_advisory_xact_lock(${migrationLock}::bigint)`;
    await requireVersion(transaction);
    const names: Pick<Migration, "tables" | "indexes"> = { tables: [], indexes: [] };
    for (const table of [...tables, ...dashboardTables]) {
      const [row] = await transaction`select to_regclass(${table.name}) is null as absent`;
      if (!row?.absent) continue;
      await transaction.unsafe(createTable(table));
      names.tables.push(table.name);
      for (const [name, statement] of createIndexes(table)) {
        await transaction.unsafe(statement);
        names.indexes.push(name);
      }
    }
    return names;
  });
  const gaps = await missing(sql);
  const columns = options.alter ? await addMissing(sql, gaps) : [];
  const left = gaps.filter(({ name }) => !columns.includes(name));
  const { made: views, others } =
    options.views && left.length === 0 ? await transact(sql, makeViews) : { made: [], others: [] };
  return { ...made, columns, views, others, left };
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
