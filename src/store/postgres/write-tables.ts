import type { TransactionSql } from "postgres";
import type { Row } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { pendingTest, tables, tests } from "../../rows/tables.ts";
import { type WrittenRows, writeRows } from "./table-writer.ts";
import { withhold } from "./withhold.ts";

const mainTables = tables.filter(({ derived }) => !derived);
const derivedTables = tables.filter(({ derived }) => derived);

/**
 * Writes merged rows to all tables inside a transaction, in their order; `onTable` is told of each before it
 * is touched. Between the main tables and the derived ones it settles which tests have a row in `pending_test`.
 */
export async function writeTables(
  transaction: TransactionSql,
  rows: ReadonlyMap<Table, readonly Row[]>,
  onTable: (table: Table) => void,
): Promise<void> {
  const written = new Map<Table, WrittenRows>();
  for (const table of mainTables) {
    onTable(table);
    const read = table === tests ? ["build_id"] : [];
    written.set(table, await writeRows(transaction, table, rows.get(table) ?? [], read));
  }
  onTable(pendingTest);
  const pending = await withhold(transaction, rows, written);
  for (const table of derivedTables) {
    onTable(table);
    const list = table === pendingTest ? pending : (rows.get(table) ?? []);
    await writeRows(transaction, table, list);
  }
}
