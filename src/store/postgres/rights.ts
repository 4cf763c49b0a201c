import type { Sql } from "postgres";
import type { Table } from "../../rows/table.ts";
import { tables } from "../../rows/tables.ts";
import { StoreFault } from "../fault.ts";

const rights = ["select", "insert", "update"];

/**
 * Sees that what bears the names of the tables can be written as tables are. Throws `StoreFault` (operator)
 * where one is a view or the like, or row-level security holds for the user.
 */
export async function requireTables(sql: Sql): Promise<void> {
  const names = tables.map((table) => table.name).join(",");
  const rows = await sql<{ table: string; is_table: boolean; is_secured: boolean; user: string }[]>`
    select name as table, relkind in ('r', 'p') as is_table, quote_ident(current_user) as user,
      row_security_active(oid) as is_secured
    from unnest(string_to_array(${names}, ',')) as name join pg_class on oid = to_regclass(name)
    order by name`;
  const details = { operation: "check the tables", class: "operator" } as const;
  const others = rows.filter((row) => !row.is_table).map((row) => row.table);
  if (others.length > 0) {
    throw new StoreFault(`not a table: ${others.join(", ")}`, {
      ...details,
      hint: "give the tables their names back: a view or foreign table cannot replace them",
    });
  }
  const secured = rows.filter((row) => row.is_secured).map((row) => row.table);
  if (secured.length > 0) {
    const off = secured.map((table) => `alter table ${table} disable row level security`);
    throw new StoreFault(`row-level security is active on ${secured.join(", ")}`, {
      ...details,
      hint: `alter role ${rows[0]?.user} bypassrls; or ${off.join("; ")}`,
    });
  }
}

/** Sees that the user may delete from tables that are there. Throws `StoreFault` (operator) with what is to be granted. */
export async function requireDelete(sql: Sql, tables: readonly Table[]): Promise<void> {
  const names = tables.map(({ name }) => name).join(",");
  const lacking = await sql<{ table: string; user: string }[]>`
    select name as table, quote_ident(current_user) as user
    from unnest(string_to_array(${names}, ',')) as name
    where not has_table_privilege(to_regclass(name), 'delete') order by name`;
  const [first] = lacking;
  if (!first) return;
  const right = `delete on ${lacking.map(({ table }) => table).join(", ")}`;
  throw new StoreFault(`the user ${first.user} lacks rights: ${right}`, {
    operation: "check the rights",
    class: "operator",
    code: "42501",
    hint: `grant ${right} to ${first.user}`,
  });
}

/**
 * Sees that the user may read and write the tables, which must be there, and make temporary ones. Throws
 * `StoreFault` (operator) with what is to be granted.
 */
export async function requireRights(sql: Sql): Promise<void> {
  const names = tables.map((table) => table.name);
  const [lacking, [session]] = await Promise.all([
    sql<{ table: string; rights: string }[]>`
      select name as table, string_agg(privilege, ', ' order by privilege) as rights
      from unnest(string_to_array(${names.join(",")}, ',')) as name,
        unnest(string_to_array(${rights.join(",")}, ',')) as privilege
      where not has_any_column_privilege(to_regclass(name), privilege)
      group by name order by name`,
    sql<{ user: string; database: string; makes_temporary: boolean }[]>`
      select quote_ident(current_user) as user, quote_ident(current_database()) as database,
        has_database_privilege(current_database(), 'temporary') as makes_temporary`,
  ]);
  const grants = [...Map.groupBy(lacking, (row) => row.rights)].map(
    ([right, rows]) => `${right} on ${rows.map((row) => row.table).join(", ")}`,
  );
  if (!session?.makes_temporary) grants.push(`temporary on database ${session?.database}`);
  if (grants.length === 0) return;
  throw new StoreFault(`the user ${session?.user} lacks rights: ${grants.join("; ")}`, {
    operation: "check the rights",
    class: "operator",
    code: "42501",
    hint: grants.map((grant) => `grant ${grant} to ${session?.user}`).join("; "),
  });
}

/** Says in SQL whether the user may take rows out of `pending_test`. */
export const mayTakeBack = "has_table_privilege('pending_test', 'delete')";

/** What is to be said of a user who can write all that mostly comes. */
export async function rightsWarnings(sql: Sql): Promise<string[]> {
  const [row] = await sql.unsafe<{ may: boolean; user: string }[]>(
    `select ${mayTakeBack} as may, quote_ident(current_user) as user`,
  );
  if (row?.may) return [];
  return [
    `the user ${row?.user} may not delete from pending_test: files will wait as soon as it contains a test whose checkout has no start_time; grant delete on pending_test to ${row?.user}`,
  ];
}
