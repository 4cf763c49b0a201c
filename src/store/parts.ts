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
