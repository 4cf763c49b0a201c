import { gapFault } from "./gap.ts";
import type { StoreOptions } from "./store.ts";
import { storeKind } from "./store-kind.ts";

const whyWithheld =
  "the checkouts of these tests have no start_time, and the dashboard's aggregation stops at such tests; they are added again once there is a start_time";

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
  const news = `added to the database: ${added.join(", ")}; from now on use this version of the program, or a newer one`;
  const withheld = await store.withhold();
  return [
    ...(added.length > 0 ? [news] : []),
    ...(withheld > 0 ? [`removed ${withheld} rows from pending_test: ${whyWithheld}`] : []),
    ...(await store.warnings()),
  ];
}
