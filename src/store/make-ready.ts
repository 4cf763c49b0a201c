import { gapFault } from "./gap.ts";
import type { StoreOptions } from "./store.ts";
import { storeKind } from "./store-kind.ts";

/**
 * Sees that a database can take submissions, and makes ready one that is a user's own. Returns what is to
 * be said of it: what was added to it, and what works, but not as safely as it could. Throws `StoreFault`:
 * operator where tables or columns are missing, else as the error of the database is classified.
 */
export async function makeReady(url: string, options: StoreOptions): Promise<string[]> {
  const kind = storeKind(url);
  await using store = await kind.open(url, options);
  const added = kind.migratesItself ? (await store.migrate()).columns : [];
  const gaps = await store.missing();
  if (gaps.length > 0) throw gapFault(gaps);
  const news = `added to the database: ${added.join(", ")}; go on with this version of the program, or a newer one`;
  return [...(added.length > 0 ? [news] : []), ...(await store.warnings())];
}
