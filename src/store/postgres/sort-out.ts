import { keyReader, weigher } from "../../rows/merge.ts";
import type { Row } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { fillable } from "../conflict-clause.ts";
import { type Asker, arrayText, ask, type Sent } from "./ask.ts";
import { lookUp, touch } from "./sql.ts";

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

/** Merged rows of a table, by what there is to do with them. */
export interface SortedRows {
  /** What was there before, by key. */
  readonly stored: ReadonlyMap<string, StoredRow>;
  /** The rows whose keys were not. */
  readonly fresh: readonly Row[];
  /** The rows that have something to give to one that is stored. */
  readonly filling: readonly Row[];
  /** The statements that give the time of ingestion to those that gain nothing else. */
  readonly touches: readonly { readonly statement: string; readonly values: readonly Sent[] }[];
}

/** Asks which of the rows are stored, and locks those; reads the columns `read` of them as well. */
export function lookUpRows(
  asker: Asker,
  table: Table,
  rows: readonly Row[],
  read: readonly string[] = [],
): PromiseLike<StoredRow[]> {
  const keys = arrayText(rows.map(keyReader(table)));
  return ask<StoredRow>(asker, lookUp(table, read), [keys]);
}

/** Sorts merged rows of a table with the rule `fill` by what was found of them. */
export function sortOut(
  table: Table,
  rows: readonly Row[],
  found: readonly StoredRow[],
): SortedRows {
  const keyOf = keyReader(table);
  const stored = new Map(found.map((row) => [row.key, row]));
  const weighers = fillable(table).map((column) => weigher(table, column));
  const gains = (row: Row, weights: string) =>
    weighers.some((weigh, at) => weights[at] !== "2" && weigh(row) > Number(weights[at]));

  const fresh: Row[] = [];
  const filling: Row[] = [];
  const touched: Touched[] = [];
  const { ingestionTime } = table;
  const time = ingestionTime && table.at(ingestionTime.name);
  for (const row of rows) {
    const known = stored.get(keyOf(row));
    if (!known) fresh.push(row);
    else if (gains(row, known.weights)) filling.push(row);
    else if (time !== undefined) touched.push({ ...known, timestamp: row[time] as string });
  }
  const touches = ingestionTime ? touchesOf(touch(table, ingestionTime), touched) : [];
  return { stored, fresh, filling, touches };
}

// --- internal ---

interface Touched {
  partition: number;
  place: string;
  timestamp: string;
}

function touchesOf(statement: string, rows: readonly Touched[]): SortedRows["touches"] {
  return [...Map.groupBy(rows, (row) => row.partition)].flatMap(([partition, ofPartition]) =>
    [...Map.groupBy(ofPartition, (row) => row.timestamp)].map(([timestamp, list]) => {
      const places = arrayText(list.map(({ place }) => place));
      return { statement, values: [places, String(partition), timestamp] };
    }),
  );
}
