import type { Log } from "../observe/log.ts";
import { nameRepositories } from "../prepare/name-repositories.ts";
import type { TreeNames } from "../prepare/name-trees.ts";
import { storeKind } from "../store/store-kind.ts";
import { storeTimeouts } from "./store-timeouts.ts";

/** The origin whose tree names count before those of others. */
const firstOrigin = "maestro";

/** Adds to tree names those of the checkouts in a database, and says how many. Throws `StoreFault`. */
export async function addStoredTrees(url: string, given: TreeNames, log: Log): Promise<TreeNames> {
  const startedMs = performance.now();
  await using store = await storeKind(url).open(url, storeTimeouts);
  const { ofOrigin, ofOthers } = await store.trees(firstOrigin, given.keys());
  const ofFirst = nameRepositories(given, ofOrigin);
  const all = nameRepositories(ofFirst, ofOthers);
  log.info("trees_from_database", {
    given: given.size,
    [firstOrigin]: ofFirst.size - given.size,
    others: all.size - ofFirst.size,
    ms: Math.round(performance.now() - startedMs),
  });
  return all;
}
