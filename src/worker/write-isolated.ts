import type { RowSet } from "../rows/row.ts";
import { StoreFault } from "../store/fault.ts";
import type { InTurn, Store } from "../store/store.ts";

/** Something with rows that go in together or not at all. */
export interface Unit {
  readonly rows: RowSet;
}

/** After this many refusals, and nothing accepted, some of the rest are tried before all of it. */
const enoughRefused = 8;
/** How many: a whole batch of bad units is not to be asked for one by one, nor the good ones to wait long. */
const sampleSize = 64;

/**
 * Writes whole units, all in one transaction where the database takes them. What it refuses is
 * narrowed down by halves: of n units with k at fault about k·log2(n) transactions, and every good
 * one goes in. Where nothing goes in, neither the first ones nor a sample, the rest is left unasked. Returns
 * the refused ones with their fault; each of them was refused again after others had gone in, if any did.
 * Throws what is not about rows; units for which `onWritten` was called are in even then.
 */
export async function writeIsolated<U extends Unit>(
  store: Store,
  units: readonly U[],
  onWritten: (units: readonly U[]) => void,
  inTurn?: InTurn,
): Promise<Map<U, StoreFault>> {
  const refused = new Map<U, StoreFault>();
  let pending: (readonly U[])[] = [units];
  let hasWritten = false;
  /** How many of the sample are still to be tried; undefined before there is one. */
  let sampled: number | undefined;
  while (pending.length > 0) {
    const batch = pending.shift() ?? [];
    if (batch.length === 0) continue;
    try {
      await store.write(joinRows(batch), inTurn);
      onWritten(batch);
      if (hasWritten) continue;
      hasWritten = true;
      // What was refused before anything went in may have been refused for a reason that is gone.
      pending.push(...[...refused.keys()].map((unit) => [unit]));
      refused.clear();
    } catch (cause) {
      if (!(cause instanceof StoreFault) || !cause.rows) throw cause;
      const [only] = batch;
      if (batch.length > 1 || !only) {
        const middle = Math.ceil(batch.length / 2);
        // Depth first, left before right: files go in by their order of arrival.
        pending.unshift(batch.slice(0, middle), batch.slice(middle));
        continue;
      }
      refused.set(only, cause);
      if (hasWritten || refused.size < enoughRefused) continue;
      if (sampled === undefined) {
        const { sample, rest } = draw(pending);
        pending = [...sample.map((unit) => [unit]), ...rest];
        sampled = sample.length;
      } else sampled--;
      if (sampled === 0) return refused;
    }
  }
  return refused;
}

// --- internal ---

/** Draws some units out of all that are left, as far apart as can be; the rest keeps its order. */
function draw<U>(pending: readonly (readonly U[])[]): { sample: U[]; rest: (readonly U[])[] } {
  const all = pending.flat();
  const step = Math.max(1, all.length / sampleSize);
  // The last comes first: good ones are behind a run of bad ones.
  const places = new Set<number>();
  for (let at = all.length - 1; at >= 0; at -= step) places.add(Math.ceil(at));
  const sample = [...places].map((place) => all[place] as U);
  const isDrawn = new Set(sample);
  const rest = all.filter((unit) => !isDrawn.has(unit));
  return { sample, rest: rest.length > 0 ? [rest] : [] };
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
