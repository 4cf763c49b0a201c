import { inScope, isHashPrefix, isTagged } from "../results/checkouts-of.ts";
import { type Checkout, readCheckouts } from "../results/runs.ts";
import type { Reader } from "../store/reader.ts";
import { allOf, anyOf, ownText, type Statement, sql } from "../store/statement.ts";

/** Which tree of which origin is asked for. */
export interface AskedTree {
  readonly origin: string;
  readonly url: string | null;
  readonly branch: string | null;
}

/** The condition of a tree on checkouts `c`. */
export function isOfTree({ origin, url, branch }: AskedTree): Statement {
  return inScope({ origin: [origin], url: [url], branch: [branch] });
}

/** The checkouts of a tree whose hash is a text, or one of whose tags is; or whose hash alone begins so. */
export async function matchingCheckouts(
  db: Reader,
  commit: string,
  tree: AskedTree,
): Promise<Checkout[]> {
  const found = await readCheckouts(db, allOf([isNamed(db, commit), isOfTree(tree)]));
  if (found.length > 0) return found;
  const hash = await hashOfPrefix(db, commit);
  return hash === undefined ? [] : checkoutsOfHash(db, hash, tree);
}

/** The same by one hash: that of the checkout of any tree with this hash or tag that was ingested last. */
export async function checkoutsOfResolved(
  db: Reader,
  commit: string,
  tree: AskedTree,
): Promise<Checkout[]> {
  const order = ownText(`c._timestamp desc, ${db.dialect.byCodePoints("c.id")} desc`);
  const known = allOf([isNamed(db, commit), ownText("c.git_commit_hash is not null")]);
  const [latest] = await readCheckouts(db, sql`${known} order by ${order} limit 1`);
  const hash = latest?.git_commit_hash ?? (await hashOfPrefix(db, commit));
  return hash ? checkoutsOfHash(db, hash, tree) : [];
}

// --- internal ---

/** Whether the hash of a checkout `c` is a text, or one of its tags is. */
function isNamed(db: Reader, commit: string): Statement {
  return anyOf([sql`c.git_commit_hash = ${commit}`, isTagged(db.dialect, commit)]);
}

function checkoutsOfHash(db: Reader, hash: string, tree: AskedTree): Promise<Checkout[]> {
  return readCheckouts(db, allOf([sql`c.git_commit_hash = ${hash}`, isOfTree(tree)]));
}

async function hashOfPrefix(db: Reader, text: string): Promise<string | undefined> {
  if (!isHashPrefix(text)) return undefined;
  const like = db.dialect.matches("c.git_commit_hash", `${text.toLowerCase()}*`);
  const rows = await db.query(
    sql`select distinct c.git_commit_hash as hash from checkouts c where ${like} limit 2`,
  );
  return rows.length === 1 ? String(rows[0]?.hash) : undefined;
}
