import type { Sql } from "postgres";
import type { StoredTrees } from "../store.ts";
import { arrayText, ask } from "./ask.ts";
import { transact } from "./transact.ts";

/**
 * No index holds name and URL together, so this reads the whole table, by several processes of the server at
 * once, and each keeps its pairs in memory.
 */
const pairs = `
  select distinct tree_name as name, git_repository_url as url, origin = $1::text as preferred
  from checkouts where git_repository_url is not null and git_repository_url <> all($2::text[])`;

/** Reads what `Store.trees` returns, in a transaction that begins with `prelude` and writes nothing. */
export async function storedTrees(
  sql: Sql,
  prelude: string,
  origin: string,
  except: Iterable<string>,
): Promise<StoredTrees> {
  const rows = await transact(sql, async (transaction) => {
    await transaction.unsafe(`set transaction read only; ${prelude}; set local work_mem = '64MB'`);
    return ask<{ name: string | null; url: string; preferred: boolean }>(transaction, pairs, [
      origin,
      arrayText([...except]),
    ]);
  });
  const of = (isPreferred: boolean) =>
    rows
      .filter(({ preferred }) => preferred === isPreferred)
      .map(({ name, url }) => [name, url] as const);
  return { ofOrigin: of(true), ofOthers: of(false) };
}
