import { StoreFault } from "./fault.ts";
import type { StoreOptions } from "./store.ts";
import { storeKind } from "./store-kind.ts";

/**
 * Sees that a database can take submissions, and makes ready one that is a user's own. Throws
 * `StoreFault`: operator where tables are missing, else as the database answers.
 */
export async function makeReady(url: string, options: StoreOptions): Promise<void> {
  const kind = await storeKind(url);
  await using store = await kind.open(url, options);
  if (kind.migratesItself) await store.migrate();
  const missing = await store.missing();
  if (missing.length === 0) return;
  throw new StoreFault(`the database lacks ${missing.join(", ")}`, {
    operation: "look at the tables",
    class: "operator",
    hint: "run: kci-ingester migrate --database URL",
  });
}
