import type { TransactionSql } from "postgres";
import { keyReader, weigher } from "../../rows/merge.ts";
import type { Row } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { fillable } from "../conflict-clause.ts";
import { codeOf } from "./classify.ts";
import { copyRows } from "./copy-rows.ts";
import { clearStaging, createStaging, lookUp, touch, upsert } from "./sql.ts";
import { transact } from "./transact.ts";

const uniqueViolation = "23505";

/** A row that is there already: its key, its place, how much its values count, and the columns asked for. */
export interface StoredRow {
  readonly key: string;
  /** Oid of the table, or of the partition that holds the row. */
  readonly partition: number;
  readonly place: string;
  /** Of each fillable column, a digit each. */
  readonly weights: string;
  readonly [column: string]: unknown;
}

/** What a table held of rows that were written. */
export interface WrittenRows {
  /** What was there before, by key. */
  readonly stored: ReadonlyMap<string, StoredRow>;
  /** The rows whose keys were not. */
  readonly fresh: readonly Row[];
  /** Another session was faster with some key of them. */
  readonly isRaced: boolean;
}

const nothing: WrittenRows = { stored: new Map(), fresh: [], isRaced: false };

/**
 * Writes merged rows of a table inside a transaction, by the table's conflict rule. New keys are
 * copied straight into the table; of those that are stored, the ones that gain nothing only get their
 * time of ingestion, and the rest is upserted. Reads the columns `read` of those that are stored.
 */
export async function writeRows(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
  read: readonly string[] = [],
): Promise<WrittenRows> {
  if (rows.length === 0) return nothing;
  if (table.conflict.rule === "latest") {
    await upsertRows(transaction, table, rows);
    return nothing;
  }
  const keyOf = keyReader(table);
  const keys = arrayText(rows.map(keyOf));
  const found = await transaction.unsafe<StoredRow[]>(lookUp(table, read), [keys]);
  const stored = new Map(found.map((row) => [row.key, row]));
  const weighers = fillable(table).map((column) => weigher(table, column));
  const gains = (row: Row, weights: string) =>
    weighers.some((weigh, at) => weights[at] !== "2" && weigh(row) > Number(weights[at]));

  const fresh: Row[] = [];
  const filling: Row[] = [];
  const touching: Touched[] = [];
  const { ingestionTime } = table;
  const time = ingestionTime && table.at(ingestionTime.name);
  for (const row of rows) {
    const known = stored.get(keyOf(row));
    if (!known) fresh.push(row);
    else if (gains(row, known.weights)) filling.push(row);
    else if (time !== undefined) touching.push({ ...known, timestamp: row[time] as string });
  }
  if (ingestionTime) await touchRows(transaction, touch(table, ingestionTime), touching);
  await upsertRows(transaction, table, filling);
  return {
    stored,
    fresh,
    isRaced: await insertRows(transaction, table, fresh, filling.length > 0),
  };
}

/** An array in the text form of Postgres. */
export function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}

// --- internal ---

interface Touched {
  partition: number;
  place: string;
  timestamp: string;
}

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

async function touchRows(
  transaction: TransactionSql,
  statement: string,
  rows: readonly Touched[],
): Promise<void> {
  for (const [partition, ofPartition] of Map.groupBy(rows, (row) => row.partition)) {
    for (const [timestamp, list] of Map.groupBy(ofPartition, (row) => row.timestamp)) {
      const places = arrayText(list.map(({ place }) => place));
      await transaction.unsafe(statement, [places, partition, timestamp]);
    }
  }
}
