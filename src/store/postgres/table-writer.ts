import type { TransactionSql } from "postgres";
import type { Row } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { ask } from "./ask.ts";
import { codeOf } from "./classify.ts";
import { copyRows } from "./copy-rows.ts";
import { lookUpRows, type SortedRows, sortOut } from "./sort-out.ts";
import { emptyStaging, upsert, upsertValues } from "./sql.ts";
import { transact } from "./transact.ts";
import { areFew, valueTexts } from "./value-texts.ts";
import type { WrittenRows } from "./withhold.ts";

/** The SQLSTATE of a row whose key another has. */
const uniqueViolation = "23505";

/** So often rows are looked up again after another session was faster with some of their keys. */
const mostTries = 3;

/**
 * What is done where another session was faster with a new key. To look again goes on in the same transaction;
 * but whoever does it has keys of its own made known, so two of them can wait for each other in a circle.
 */
export type IfRaced = "throw" | "look again";

/**
 * Writes merged rows of any number to a derived table inside a transaction, by the table's conflict rule.
 * Those that are new by `isNew` are not looked up first.
 */
export async function writeRows(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
  isNew: (row: Row) => boolean,
  ifRaced: IfRaced,
): Promise<void> {
  if (rows.length === 0) return;
  if (table.conflict.rule === "latest") return upsertRows(transaction, table, rows);
  const known = rows.filter((row) => !isNew(row));
  const found = known.length > 0 ? await lookUpRows(transaction, table, known) : [];
  await writeSorted(transaction, table, sortOut(table, rows, found), ifRaced);
}

/**
 * Writes rows of any number that are sorted by what is stored of them. New keys are copied straight into
 * the table; of those that are stored, the ones that gain nothing only get their time of ingestion, and the
 * rest is upserted. Should another session have been faster with a new key, it throws the server's error
 * (`uniqueViolation`), or looks all new ones up again, with the columns `read`.
 */
export async function writeSorted(
  transaction: TransactionSql,
  table: Table,
  sorted: SortedRows,
  ifRaced: IfRaced,
  read: readonly string[] = [],
): Promise<WrittenRows> {
  if (ifRaced === "look again")
    return writeUntilStored(transaction, table, sorted, read, mostTries);
  const { stored, fresh } = sorted;
  await writeKnown(transaction, table, sorted);
  if (fresh.length > 0) await copyRows(transaction, table, fresh, "table");
  return { stored, fresh, isRaced: false };
}

/** The key that another session was faster with, as the server tells it. Throws any other error. */
export function racedKey(cause: unknown): string {
  if (codeOf(cause) !== uniqueViolation) throw cause;
  return String((cause as { detail?: unknown }).detail);
}

// --- internal ---

async function writeUntilStored(
  transaction: TransactionSql,
  table: Table,
  sorted: SortedRows,
  read: readonly string[],
  triesLeft: number,
): Promise<WrittenRows> {
  const { stored, fresh } = sorted;
  await writeKnown(transaction, table, sorted);
  if (triesLeft === 0) {
    await upsertRows(transaction, table, fresh);
    return { stored, fresh, isRaced: true };
  }
  if (await areInserted(transaction, table, fresh)) return { stored, fresh, isRaced: false };
  const found = await lookUpRows(transaction, table, fresh, read);
  // Where none is stored it was no key of ours: an index of somebody else, which the upsert will tell.
  const tries = found.length > 0 ? triesLeft - 1 : 0;
  const again = sortOut(table, fresh, found);
  const rest = await writeUntilStored(transaction, table, again, read, tries);
  return { ...rest, stored: new Map([...stored, ...rest.stored]) };
}

/** Writes what there is to give to rows that are stored; they are locked. */
async function writeKnown(
  transaction: TransactionSql,
  table: Table,
  { filling, touches }: SortedRows,
): Promise<void> {
  for (const { statement, values } of touches) await ask(transaction, statement, values);
  await upsertRows(transaction, table, filling);
}

/** Copies rows into the table; where another session was faster with a key, none, and says so. */
async function areInserted(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
): Promise<boolean> {
  if (rows.length === 0) return true;
  try {
    await transact(transaction, (inner) => copyRows(inner, table, rows, "table"));
    return true;
  } catch (cause) {
    if (codeOf(cause) !== uniqueViolation) throw cause;
    return false;
  }
}

/** By way of a table of the session's own, or as the values of a statement where they are few. */
async function upsertRows(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  if (areFew([rows])) {
    await ask(transaction, upsertValues(table, rows.length), valueTexts(rows));
    return;
  }
  await transaction.unsafe(emptyStaging(table));
  await copyRows(transaction, table, rows, "staging");
  await transaction.unsafe(upsert(table));
}
