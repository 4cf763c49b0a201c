import type { TransactionSql } from "postgres";
import type { Row } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { ask } from "./ask.ts";
import { codeOf } from "./classify.ts";
import { copyRows } from "./copy-rows.ts";
import { lookUpRows, type SortedRows, sortOut } from "./sort-out.ts";
import { clearStaging, createStaging, upsert } from "./sql.ts";
import { transact } from "./transact.ts";

/** The SQLSTATE of a row whose key another has. */
export const uniqueViolation = "23505";

/** Writes merged rows of any number to a table inside a transaction, by the table's conflict rule. */
export async function writeRows(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  if (table.conflict.rule === "latest") return upsertRows(transaction, table, rows);
  const found = await lookUpRows(transaction, table, rows);
  await writeSorted(transaction, table, sortOut(table, rows, found));
}

/**
 * Writes rows of any number that are sorted by what is stored of them. New keys are copied straight into
 * the table; of those that are stored, the ones that gain nothing only get their time of ingestion, and the
 * rest is upserted. Returns whether another session was faster with some new key.
 */
export async function writeSorted(
  transaction: TransactionSql,
  table: Table,
  { fresh, filling, touches }: SortedRows,
): Promise<boolean> {
  for (const { statement, values } of touches) await ask(transaction, statement, values);
  await upsertRows(transaction, table, filling);
  return insertRows(transaction, table, fresh, filling.length > 0);
}

// --- internal ---

/** Copies rows into the table; should another session have been faster with a key, upserts them, and says so. */
async function insertRows(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
  hasStaged: boolean,
): Promise<boolean> {
  if (rows.length === 0) return false;
  try {
    await transact(transaction, (inner) => copyRows(inner, table, rows, "table"));
    return false;
  } catch (cause) {
    if (codeOf(cause) !== uniqueViolation) throw cause;
    if (hasStaged) await transaction.unsafe(clearStaging(table));
    await upsertRows(transaction, table, rows);
    return true;
  }
}

/** By way of a table that is empty at the begin of a transaction. */
async function upsertRows(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  await transaction.unsafe(createStaging(table));
  await copyRows(transaction, table, rows, "staging");
  await transaction.unsafe(upsert(table));
}
