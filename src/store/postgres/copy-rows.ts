import type { Writable } from "node:stream";
import type { TransactionSql } from "postgres";
import type { Row } from "../../rows/row.ts";
import type { Table } from "../../rows/table.ts";
import { encodeRows } from "./encode-rows.ts";
import { copyIn } from "./sql.ts";

/**
 * Copies rows into their table, where none of their keys may be, or into its staging table. Throws the server's error, also when that
 * comes after the last byte.
 */
export async function copyRows(
  transaction: TransactionSql,
  table: Table,
  rows: Iterable<Row>,
  into: "table" | "staging",
): Promise<void> {
  const query = transaction.unsafe(copyIn(table, into));
  const sent = heardFromTheStart(query);
  const stream = await query.writable();
  // The driver has settled the query by now, and an error after the last byte would reach nobody
  // (postgres.js issue 1173): take its place.
  const refused = new Promise<never>((_, reject) => {
    Object.assign(query, { reject });
  });
  const settled = Promise.race([sent, refused]);
  settled.catch(() => {});
  let flushed: Promise<unknown> = Promise.resolve();
  for (const chunk of encodeRows(table, rows)) {
    await Promise.race([flushed, settled]);
    if (stream.destroyed) break;
    // The driver copies a chunk behind its header before it returns, as long as none waits before it:
    // the next one is encoded into the same memory while this one is on its way.
    flushed = new Promise((resolve) => stream.write(chunk, resolve));
  }
  await Promise.race([flushed, settled]);
  if (!stream.destroyed) stream.end();
  await settled;
}

// --- internal ---

/**
 * Resolves when all that is written to the stream of `query` is sent. It listens before anybody who awaits
 * the stream goes on: a connection may be lost before, and an error that nobody hears ends the thread.
 */
function heardFromTheStart(query: object): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  const driver = query as { resolve: (stream: Writable) => void };
  const { resolve: settle } = driver;
  driver.resolve = (stream) => {
    // It is called once more with the result.
    driver.resolve = settle;
    stream.once("finish", resolve);
    stream.on("error", reject);
    settle(stream);
  };
  return promise;
}
