import type { TransactionSql } from "postgres";
import { keyReader } from "../../rows/merge.ts";
import type { Row, Value } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { copyRows } from "./copy-rows.ts";
import { fillable, lookUp, touch, upsert } from "./sql.ts";

/** The protocol allows 65,535 parameters a statement. */
const maxParameters = 60_000;
const maxStatementChars = 4 << 20;

/**
 * Writes merged rows of a table inside a transaction, assuming that nobody else writes the same new
 * keys meanwhile (then the server answers 23505 and the caller falls back to `upsertRows`). New keys
 * are copied; stored ones that gain nothing only get their `_timestamp`; the rest is upserted.
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

  const known = rows.filter((row) => gaps.has(keyOf(row)));
  const filling = known.filter((row) => gains(row, gaps.get(keyOf(row)) ?? ""));
  const touching = new Set(known).difference(new Set(filling));
  if (table.written[0]?.name === "_timestamp") await touchRows(transaction, table, touching);
  await upsertRows(transaction, table, filling);
  const fresh = gaps.size === 0 ? rows : rows.filter((row) => !gaps.has(keyOf(row)));
  if (fresh.length > 0) await copyRows(transaction, table, fresh);
}

/** Writes merged rows by the conflict rule alone, whatever others do at the same time. */
export async function upsertRows(
  transaction: TransactionSql,
  table: Table,
  rows: readonly Row[],
): Promise<void> {
  const maxRows = Math.floor(maxParameters / table.written.length);
  let parameters: (string | null)[] = [];
  let count = 0;
  let chars = 0;
  const flush = async () => {
    if (count > 0) await transaction.unsafe(upsert(table, count), parameters);
    parameters = [];
    count = chars = 0;
  };
  for (const row of rows) {
    for (const value of row) {
      const text = parameterText(value ?? null);
      parameters.push(text);
      chars += text?.length ?? 0;
    }
    count++;
    if (count >= maxRows || chars >= maxStatementChars) await flush();
  }
  await flush();
}

async function touchRows(
  transaction: TransactionSql,
  table: Table,
  rows: Iterable<Row>,
): Promise<void> {
  const keyOf = keyReader(table);
  const byTime = Map.groupBy(rows, (row) => row[0] as string);
  for (const [timestamp, list] of byTime) {
    await transaction.unsafe(touch(table), [arrayText(list.map(keyOf)), timestamp]);
  }
}

function parameterText(value: Value): string | null {
  if (value === null || typeof value === "string") return value;
  return Array.isArray(value) ? arrayText(value) : String(value);
}

/** An array in the text form of Postgres. */
function arrayText(items: readonly string[]): string {
  return `{${items.map((item) => `"${item.replace(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
