import type { RowSet, Value } from "../rows/row.ts";
import { TextList } from "../rows/text-list.ts";

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

/**
 * Has the next part made while the one before is being written elsewhere; not beside a very long value, so that
 * memory follows one object.
 */
export async function* readAhead(parts: AsyncIterable<RowSet>): AsyncGenerator<RowSet> {
  const iterator = parts[Symbol.asyncIterator]();
  try {
    let next = iterator.next();
    while (true) {
      const { done, value } = await next;
      if (done) return;
      const waits = hasLongValue(value);
      if (!waits) {
        next = iterator.next();
        // What it throws is thrown when it is its turn.
        next.catch(() => {});
      }
      yield value;
      if (waits) next = iterator.next();
    }
  } finally {
    await iterator.return?.();
  }
}

// --- internal ---

/** In characters, or bytes of a list. */
const longValue = 4 << 20;

function hasLongValue(rows: RowSet): boolean {
  for (const list of rows.values()) if (list.some((row) => row.some(isLong))) return true;
  return false;
}

function isLong(value: Value): boolean {
  if (value instanceof TextList) return value.bytes.length > longValue;
  return typeof value === "string" && value.length > longValue;
}

/** The engine may see a row for a while that nobody asks for any more. */
function empty(rows: RowSet): void {
  for (const list of rows.values()) for (const row of list) row.length = 0;
  rows.clear();
}
