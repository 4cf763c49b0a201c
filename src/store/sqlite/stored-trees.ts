import type { Database } from "bun:sqlite";
import { setImmediate } from "node:timers/promises";
import type { StoredTree, StoredTrees } from "../store.ts";

/** How many places of rows are looked at together: whoever is asked to stop meanwhile hears it. */
const placesAtOnce = 50_000;

const nextPlace = "select min(rowid) as place from checkouts where rowid >= ?";

/** DISTINCT keeps what it has seen, and is twice as fast as a GROUP BY, which sorts all rows. */
const pairs = `
  select distinct tree_name as name, git_repository_url as url, origin = ?1 as preferred
  from checkouts where rowid between ?2 and ?3 and git_repository_url is not null`;

interface Pair {
  name: string | null;
  url: string;
  preferred: number;
}

/** Reads what `Store.trees` returns. No index holds name and URL together, so it reads the whole table. */
export async function storedTrees(
  db: Database,
  origin: string,
  except: Iterable<string>,
): Promise<StoredTrees> {
  const known = new Set(except);
  const [ofOrigin, ofOthers] = [new Map<string, StoredTree>(), new Map<string, StoredTree>()];
  using next = db.prepare<{ place: number | null }, number>(nextPlace);
  using read = db.prepare<Pair, [string, number, number]>(pairs);
  for (let place = next.get(0)?.place ?? null; place !== null; ) {
    const last = place + placesAtOnce - 1;
    for (const { name, url, preferred } of read.all(origin, place, last)) {
      if (known.has(url)) continue;
      (preferred === 1 ? ofOrigin : ofOthers).set(JSON.stringify([name, url]), [name, url]);
    }
    await setImmediate();
    place = next.get(last + 1)?.place ?? null;
  }
  return { ofOrigin: [...ofOrigin.values()], ofOthers: [...ofOthers.values()] };
}
