import { StoreFault } from "./fault.ts";
import type { StoreOptions } from "./store.ts";
import { storeKind } from "./store-kind.ts";

/**
 * Sees that a database can take submissions, and makes ready one that is a user's own. Returns what is to
 * be said of one that works, but not as safely as it could. Throws `StoreFault`: operator where tables are
 * missing, else as the error of the database is classified.
 */
export async function makeReady(url: string, options: StoreOptions): Promise<string[]> {
  const kind = storeKind(url);
  await using store = await kind.open(url, options);
  if (kind.migratesItself) await store.migrate();
  const missing = await store.missing();
  if (missing.length === 0) return await store.warnings();
  throw new StoreFault(`the database lacks ${missing.join(", ")}`, {
    operation: "look at the tables",
    class: "operator",
    hint: "run: kci-ingester migrate --database URL",
  });
}
