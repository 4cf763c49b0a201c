import type { RowSet } from "../rows/row.ts";

/** What brings rows has failed: the database is not to blame. */
export class PartsFailure extends Error {}

/**
 * Gives parts on, and marks what is thrown where they are made. Once the next is asked for a part is written: what was
 * in it is not to lie beside that.
 */
export async function* guardParts(parts: AsyncIterable<RowSet>): AsyncGenerator<RowSet> {
  try {
    for await (const rows of parts) {
      yield rows;
      empty(rows);
    }
  } catch (cause) {
    throw new PartsFailure("rows cannot be made", { cause });
  }
}

/** Has the next part made while the one before is being written elsewhere. */
export async function* readAhead(parts: AsyncIterable<RowSet>): AsyncGenerator<RowSet> {
  const iterator = parts[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    while (true) {
      const { done, value } = await next;
      if (done) return;
      next = iterator.next();
      // What it throws is thrown when it is its turn.
      next.catch(() => {});
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}

// --- internal ---

/** The engine may see a row for a while that nobody asks for any more. */
function empty(rows: RowSet): void {
  for (const list of rows.values()) for (const row of list) row.length = 0;
  rows.clear();
}
