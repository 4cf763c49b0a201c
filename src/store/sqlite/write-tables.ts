import type { Row } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { checkouts, pendingTest, tables } from "../../rows/tables.ts";
import type { Connection } from "./connection.ts";
import { tableWriter } from "./table-writer.ts";
import { markMover } from "./tests-mark.ts";
import { withholder } from "./withhold.ts";

/**
 * Makes merged rows ready to be written; the result writes them to all tables inside the open transaction,
 * in their order. `onTable` is told of each before it is touched.
 */
export type TablesWriter = (
  rows: ReadonlyMap<Table, readonly Row[]>,
) => (onTable: (table: Table) => void) => void;

/**
 * Prepares the statements of all tables. Between the main tables and the derived ones it is settled which
 * tests have a row in `pending_test`.
 */
export function tablesWriter(connection: Connection): TablesWriter {
  const writers = tables.map((table) => [table, tableWriter(connection, table)] as const);
  const look = withholder(connection);
  const moveMark = markMover((text) => connection.prepare(text));
  return (rows) => {
    const writes = writers.flatMap(([table, writer]) => {
      const list = rows.get(table);
      return list?.length ? [[table, writer(list)] as const] : [];
    });
    return (onTable) => {
      onTable(checkouts);
      const settle = look(rows);
      for (const [table, write] of writes) {
        if (table.derived) continue;
        onTable(table);
        write();
      }
      moveMark();
      onTable(pendingTest);
      const isWritten = settle();
      for (const [table, write] of writes) {
        if (!table.derived) continue;
        onTable(table);
        write(table === pendingTest ? isWritten : undefined);
      }
    };
  };
}
