import { tables } from "../rows/tables.ts";
import { trialRows } from "../rows/trial-rows.ts";
import { type RowRefusal, StoreFault } from "../store/fault.ts";
import type { InTurn, Store } from "../store/store.ts";

/** At most this many kinds of refusal are tried out; a batch mostly has one. */
const maxKeys = 16;

/**
 * Tries out which of some refusals meet rows that any database must take: those are not about the values
 * of a file. Returns their keys. Throws what is no refusal of rows.
 */
export async function tryOut(
  store: Store,
  refusals: Iterable<RowRefusal>,
  inTurn?: InTurn,
): Promise<string[]> {
  const byKey = new Map([...refusals].map((refusal) => [refusal.key, refusal]));
  const proven: string[] = [];
  for (const refusal of [...byKey.values()].slice(0, maxKeys)) {
    if (refusal.blame !== "server" && (await isMetByTrial(store, refusal, inTurn))) {
      proven.push(refusal.key);
    }
  }
  return proven;
}

// --- internal ---

async function isMetByTrial(
  store: Store,
  { key, table: name, blame }: RowRefusal,
  inTurn: InTurn | undefined,
): Promise<boolean> {
  const table = tables.find((one) => one.name === name);
  // At the end of a transaction nobody knows the table: without a trial only other files can tell.
  if (!table) return false;
  const { usual, extreme } = trialRows(table);
  for (const rows of usual) {
    const met = await refusalOf(store, rows, inTurn);
    if (met?.key === key || (met && blame === "limits" && met.blame !== "rule")) return true;
  }
  if (blame !== "limits") return false;
  // Which of several columns is too narrow for them is told of the first only.
  const met = await refusalOf(store, extreme, inTurn);
  return met !== undefined && met.blame !== "rule";
}

async function refusalOf(
  store: Store,
  rows: Parameters<Store["tryOut"]>[0],
  inTurn: InTurn | undefined,
): Promise<RowRefusal | undefined> {
  try {
    await store.tryOut(rows, inTurn);
    return undefined;
  } catch (cause) {
    if (cause instanceof StoreFault && cause.rows) return cause.rows;
    throw cause;
  }
}
