import type { Row } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { pendingTest } from "../../rows/tables.ts";
import { type Asker, ask, Volley } from "./ask.ts";
import type { ServerConnection } from "./connection/log-in.ts";
import type { SortedRows } from "./sort-out.ts";
import { insertValues, upsertValues } from "./sql.ts";
import { racedKey } from "./table-writer.ts";
import { isUsableAfter } from "./transact.ts";
import { valueTexts } from "./value-texts.ts";
import { type WrittenRows, withhold } from "./withhold.ts";
import { derivedTables, type MergedRows, sortMainRows } from "./write-tables.ts";

/** The statements that a transaction begins and ends with. */
export interface Frame {
  readonly begin: string;
  readonly end: string;
}

/**
 * Writes few merged rows to all tables in a transaction of three ways there and back: what is stored; the main
 * tables and whether any test must wait; the derived tables and the end. `onTable` is told of the one that a
 * statement failed for. Where another session was faster with a key, nothing is written, and the key is returned.
 */
export async function writeAtOnce(
  connection: ServerConnection,
  rows: MergedRows,
  frame: Frame,
  onTable: (table: Table) => void,
): Promise<string | undefined> {
  const own = await connection.sql.reserve();
  // What waits its turn in the driver would wait for ever.
  const { promise: lost, reject } = Promise.withResolvers<never>();
  lost.catch(() => {});
  const unheard = connection.whenLost(reject);
  try {
    await Promise.race([writeAll(own, rows, frame, onTable), lost]);
    own.release();
    return undefined;
  } catch (cause) {
    if (!isUsableAfter(cause)) throw cause;
    await Promise.race([own.unsafe("rollback"), lost]);
    own.release();
    return racedKey(cause);
  } finally {
    unheard();
  }
}

// --- internal ---

async function writeAll(
  asker: Asker,
  rows: MergedRows,
  { begin, end }: Frame,
  onTable: (table: Table) => void,
): Promise<void> {
  const first = new Volley(onTable);
  first.send(undefined, asker.unsafe(begin));
  const sorted = await sortMainRows(asker, rows, first);

  const second = new Volley(onTable);
  const written = new Map<Table, WrittenRows>();
  for (const [table, ofTable] of sorted) {
    sendSorted(asker, second, table, ofTable);
    written.set(table, { ...ofTable, isRaced: false });
  }
  const settling = second.send(pendingTest, withhold(asker, rows, written));
  await second.arrive();
  const pending = await settling;

  const third = new Volley(onTable);
  for (const table of derivedTables) {
    const list = table === pendingTest ? pending : (rows.get(table) ?? []);
    sendRows(asker, third, table, list, upsertValues);
  }
  third.send(undefined, asker.unsafe(end));
  await third.arrive();
}

function sendSorted(
  asker: Asker,
  volley: Volley,
  table: Table,
  { fresh, filling, touches }: SortedRows,
): void {
  for (const { statement, values } of touches) volley.send(table, ask(asker, statement, values));
  sendRows(asker, volley, table, filling, upsertValues);
  sendRows(asker, volley, table, fresh, insertValues);
}

function sendRows(
  asker: Asker,
  volley: Volley,
  table: Table,
  rows: readonly Row[],
  statement: (table: Table, count: number) => string,
): void {
  if (rows.length === 0) return;
  volley.send(table, ask(asker, statement(table, rows.length), valueTexts(rows)));
}
