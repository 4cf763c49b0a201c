import type { TransactionSql } from "postgres";
import type { Row } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { pendingTest, tables, tests } from "../../rows/tables.ts";
import { distinct } from "../withhold.ts";
import { type Asker, Volley } from "./ask.ts";
import { lookUpRows, type SortedRows, sortOut } from "./sort-out.ts";
import { type IfRaced, writeRows, writeSorted } from "./table-writer.ts";
import { type WrittenRows, withhold } from "./withhold.ts";

/** Merged rows by table. */
export type MergedRows = ReadonlyMap<Table, readonly Row[]>;

/** The tables that take the objects of submissions, in the order of writing. */
const mainTables = tables.filter(({ derived }) => !derived);
/** The tables whose rows follow from those, in the order of writing. */
export const derivedTables = tables.filter(({ derived }) => derived);

/**
 * Writes merged rows of any number to all tables inside a transaction, in their order; `onTable` is told of
 * each before it is touched. Between the main tables and the derived ones it settles which tests have a row
 * in `pending_test`. Where another session is faster with a key it does what `ifRaced` says.
 */
export async function writeTables(
  transaction: TransactionSql,
  rows: MergedRows,
  onTable: (table: Table) => void,
  ifRaced: IfRaced,
): Promise<void> {
  const written = new Map<Table, WrittenRows>();
  for (const [table, sorted] of await sortMainRows(transaction, rows, new Volley(onTable))) {
    onTable(table);
    written.set(table, await writeSorted(transaction, table, sorted, ifRaced, readOf(table)));
  }
  onTable(pendingTest);
  const pending = await withhold(transaction, rows, written);
  for (const table of derivedTables) {
    onTable(table);
    const list = table === pendingTest ? pending : (rows.get(table) ?? []);
    await writeRows(transaction, table, list, newcomers(table, written), ifRaced);
  }
}

/**
 * Sends a question for each main table with rows, in a volley that may have begun, and sorts these by the
 * answers. Whoever writes first locks all that is stored, in the order of tables and keys, and only then makes
 * new keys known: so nobody waits in a circle.
 */
export async function sortMainRows(
  asker: Asker,
  rows: MergedRows,
  volley: Volley,
): Promise<ReadonlyMap<Table, SortedRows>> {
  const asked = mainTables.flatMap((table) => {
    const list = rows.get(table) ?? [];
    if (list.length === 0) return [];
    const answer = volley.send(table, lookUpRows(asker, table, list, readOf(table)));
    return [{ table, list, answer }];
  });
  await volley.arrive();
  const sorted = new Map<Table, SortedRows>();
  for (const { table, list, answer } of asked)
    sorted.set(table, sortOut(table, list, await answer));
  return sorted;
}

// --- internal ---

/** The columns of stored rows that `withhold` asks for. */
function readOf(table: Table): readonly string[] {
  return table === tests ? ["build_id"] : [];
}

/** Tells which rows of a derived table follow from a main row that was not stored before. */
function newcomers(table: Table, written: ReadonlyMap<Table, WrittenRows>): (row: Row) => boolean {
  const [key = ""] = table.conflict.on;
  const source = table.derived?.sources[table.at(key)];
  const main = table.derived?.from;
  const isOnePerRow = table.conflict.rule === "fill";
  if (!isOnePerRow || !main || !source || !("copy" in source)) return () => false;
  const keys = new Set(distinct(main, written.get(main)?.fresh ?? [], source.copy));
  const place = table.at(key);
  return (row) => keys.has(row[place] as string);
}
