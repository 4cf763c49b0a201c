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
export const uniqueViolation = "23505";

/** So often rows are looked up again after another session was faster with some of their keys. */
const mostTries = 3;

/**
 * Writes merged rows of any number to a derived table inside a transaction, by the table's conflict rule.
 * Those that are new by `isNew` are not looked up first.
 */
export async function writeRows(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
  isNew: (row: Row) => boolean,
): Promise<void> {
  if (rows.length === 0) return;
  if (table.conflict.rule === "latest") return upsertRows(transaction, table, rows);
  const known = rows.filter((row) => !isNew(row));
  const found = known.length > 0 ? await lookUpRows(transaction, table, known) : [];
  await writeSorted(transaction, table, sortOut(table, rows, found));
}

/**
 * Writes rows of any number that are sorted by what is stored of them. New keys are copied straight into
 * the table; of those that are stored, the ones that gain nothing only get their time of ingestion, and the
 * rest is upserted. Should another session have been faster with a new key, all new ones are looked up again,
 * with the columns `read`.
 */
export async function writeSorted(
  transaction: TransactionSql,
  table: Table,
  { stored, fresh, filling, touches }: SortedRows,
  read: readonly string[] = [],
  triesLeft = mostTries,
): Promise<WrittenRows> {
  for (const { statement, values } of touches) await ask(transaction, statement, values);
  await upsertRows(transaction, table, filling);
  if (triesLeft === 0) {
    await upsertRows(transaction, table, fresh);
    return { stored, fresh, isRaced: true };
  }
  if (await areInserted(transaction, table, fresh)) return { stored, fresh, isRaced: false };
  const found = await lookUpRows(transaction, table, fresh, read);
  const sorted = sortOut(table, fresh, found);
  // Where none is stored it was no key of ours: an index of somebody else, which the upsert will tell.
  const tries = found.length > 0 ? triesLeft - 1 : 0;
  const rest = await writeSorted(transaction, table, sorted, read, tries);
  return { ...rest, stored: new Map([...stored, ...rest.stored]) };
}

/** Notes an error that ended a circle of sessions that wait for each other's new keys, and throws it again. */
export function noteCircle(cause: unknown): never {
  if (codeOf(cause) === deadlock) circles.add(cause as Error);
  throw cause;
}

/** Whether what is thrown comes of such a circle: to begin anew at once, with nothing held, ends it. */
export function isOfCircle(thrown: unknown): boolean {
  return thrown instanceof Error && circles.has(thrown.cause as Error);
}

// --- internal ---

const deadlock = "40P01";
const circles = new WeakSet<Error>();

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
