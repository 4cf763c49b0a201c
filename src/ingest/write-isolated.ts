import { Fault } from "../fault.ts";
import type { RowSet } from "../rows/row.ts";
import type { InTurn, Store } from "../store/store.ts";

/** Something with rows that go in together or not at all. */
export interface Unit {
  readonly rows: RowSet;
}

/**
 * Writes whole units, all in one transaction where the database takes them. What it refuses is
 * narrowed down by halves: of n units with k at fault about k·log2(n) transactions, and every good
 * one goes in. Returns the refused ones with their fault. Throws what is not the data's fault; units
 * for which `onWritten` was called are in even then.
 */
export async function writeIsolated<U extends Unit>(
  store: Store,
  units: readonly U[],
  onWritten: (units: readonly U[]) => void,
  inTurn?: InTurn,
): Promise<Map<U, Fault>> {
  const refused = new Map<U, Fault>();
  const pending: (readonly U[])[] = [units];
  while (pending.length > 0) {
    const batch = pending.shift() ?? [];
    if (batch.length === 0) continue;
    try {
      await store.write(joinRows(batch), inTurn);
      onWritten(batch);
    } catch (cause) {
      if (!(cause instanceof Fault) || cause.class !== "refused") throw cause;
      const [only] = batch;
      if (batch.length === 1 && only) {
        refused.set(only, cause);
        continue;
      }
      const middle = Math.ceil(batch.length / 2);
      // Depth first, left before right: files go in by their order of arrival.
      pending.unshift(batch.slice(0, middle), batch.slice(middle));
    }
  }
  return refused;
}

function joinRows(units: readonly Unit[]): RowSet {
  const [only] = units;
  if (units.length === 1 && only) return only.rows;
  const joined: RowSet = new Map();
  for (const { rows } of units) {
    for (const [table, list] of rows) {
      const all = joined.get(table);
      if (!all) joined.set(table, [...list]);
      else for (const row of list) all.push(row);
    }
  }
  return joined;
}
