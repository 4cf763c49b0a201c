import type { TransactionSql } from "postgres";
import { keyReader } from "../../rows/merge.ts";
import type { Row } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { codeOf } from "./classify.ts";
import { copyRows } from "./copy-rows.ts";
import { clearStaging, createStaging, fillable, lookUp, touch, upsert } from "./sql.ts";

const uniqueViolation = "23505";

/**
 * Writes merged rows of a table inside a transaction, by the table's conflict rule. New keys are
 * copied straight into the table; of those that are stored, the ones that gain nothing only get their
 * `_timestamp`, and the rest is upserted.
 */
export async function writeRows(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
): Promise<void> {
  if (table.conflict.rule === "latest") return upsertRows(transaction, table, rows);
  const keyOf = keyReader(table);
  const stored = await transaction.unsafe<{ key: string; gaps: string }[]>(lookUp(table), [
    arrayText(rows.map(keyOf)),
  ]);
  const gaps = new Map(stored.map((row) => [row.key, row.gaps]));
  const places = fillable(table).map((column) => table.at(column.name));
  const gains = (row: Row, missing: string) =>
    places.some((place, at) => missing[at] === "1" && (row[place] ?? null) !== null);

  const fresh: Row[] = [];
  const filling: Row[] = [];
  const touching: Row[] = [];
  for (const row of rows) {
    const missing = gaps.get(keyOf(row));
    if (missing === undefined) fresh.push(row);
    else if (gains(row, missing)) filling.push(row);
    else touching.push(row);
  }
  if (table.written[0]?.name === "_timestamp") await touchRows(transaction, table, touching);
  await upsertRows(transaction, table, filling);
  await insertRows(transaction, table, fresh);
}

// --- internal ---

/** Copies rows into the table; should another session have been faster with a key, upserts them. */
async function insertRows(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  try {
    await transaction.savepoint((inner) => copyRows(inner, table, rows, "table"));
  } catch (cause) {
    if (codeOf(cause) !== uniqueViolation) throw cause;
    await upsertRows(transaction, table, rows);
  }
}

async function upsertRows(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return;
  await transaction.unsafe(createStaging(table));
  await copyRows(transaction, table, rows, "staging");
  await transaction.unsafe(upsert(table));
  await transaction.unsafe(clearStaging(table));
}

async function touchRows(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
): Promise<void> {
  const keyOf = keyReader(table);
  const byTime = Map.groupBy(rows, (row) => row[0] as string);
  for (const [timestamp, list] of byTime) {
    await transaction.unsafe(touch(table), [arrayText(list.map(keyOf)), timestamp]);
  }
}

/** An array in the text form of Postgres. */
function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
