import type { RowSet } from "../rows/row.ts";

/** What brings rows has failed: the database is not to blame. */
export class PartsFailure extends Error {}

/** Gives parts on, and marks what is thrown where they are made. */
export async function* guardParts(parts: AsyncIterable<RowSet>): AsyncGenerator<RowSet> {
  try {
    yield* parts;
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
