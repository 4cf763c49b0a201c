import { afterAll, beforeAll, beforeEach } from "bun:test";
import { emptyTables, type Prepared, prepareStore } from "./prepared-store.ts";
import type { LaidOutKind } from "./store-kinds.ts";

/**
 * A store for all tests of the `describe` that calls it, each of which finds the tables empty: to make a
 * database takes longer than most tests. `atFirst` changes it once; without a kind there is none.
 */
export function sharedStore(
  kind: LaidOutKind | undefined,
  atFirst?: (prepared: Prepared) => Promise<void>,
): () => Prepared {
  let prepared: Prepared | undefined;
  beforeAll(async () => {
    if (!kind) return;
    prepared = await prepareStore(kind);
    await atFirst?.(prepared);
  });
  beforeEach(async () => {
    if (prepared) await emptyTables(prepared.database);
  });
  afterAll(() => prepared?.[Symbol.asyncDispose]());
  return () => {
    if (!prepared) throw new Error("no database");
    return prepared;
  };
}
