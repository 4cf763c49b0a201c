import type { Database } from "bun:sqlite";
import { setImmediate } from "node:timers/promises";
import type { StoredTree, StoredTrees } from "../store.ts";

/** So many rows are read at a time: whoever is asked to stop meanwhile hears it. */
const rowsAtOnce = 50_000;

/** The pairs of the next rows, with the last place where each was seen. */
const pairs = `
  select tree_name as name, git_repository_url as url, origin = ?1 as preferred, max(rowid) as last
  from (select rowid, * from checkouts where rowid > ?2 order by rowid limit ${rowsAtOnce})
  group by 1, 2, 3`;

interface Pair {
  name: string | null;
  url: string | null;
  preferred: number;
  last: number;
}

/** Reads what `Store.trees` returns. */
export async function storedTrees(
  db: Database,
  origin: string,
  except: Iterable<string>,
): Promise<StoredTrees> {
  const known = new Set(except);
  const [ofOrigin, ofOthers] = [new Map<string, StoredTree>(), new Map<string, StoredTree>()];
  using next = db.prepare<Pair, [string, number]>(pairs);
  let last = Number.MIN_SAFE_INTEGER;
  for (let found = next.all(origin, last); found.length > 0; found = next.all(origin, last)) {
    for (const { name, url, preferred, last: place } of found) {
      last = Math.max(last, place);
      if (url === null || known.has(url)) continue;
      const group = preferred === 1 ? ofOrigin : ofOthers;
      group.set(JSON.stringify([name, url]), [name, url]);
    }
    await setImmediate();
  }
  return { ofOrigin: [...ofOrigin.values()], ofOthers: [...ofOthers.values()] };
}
