import type { ReadDialect, Reader } from "../store/reader.ts";
import { allOf, anyOf, isOneOf, ownText, type Statement, sql } from "../store/statement.ts";
import { newestFirst } from "./identity.ts";
import { type Checkout, readCheckouts, type Tree } from "./runs.ts";
import { unknown } from "./words.ts";

/** Which checkouts are wanted; nothing chooses all. A value that is null is the one that nobody told. */
export interface CheckoutScope {
  readonly origin?: readonly string[] | undefined;
  readonly tree?: readonly (string | null)[] | undefined;
  readonly url?: readonly (string | null)[] | undefined;
  readonly branch?: readonly (string | null)[] | undefined;
}

/** The scope of exactly one tree of an origin. */
export function scopeOfTree(tree: Tree & { origin: string }): CheckoutScope {
  return {
    origin: [tree.origin],
    tree: [tree.tree_name],
    url: [tree.git_repository_url],
    branch: [tree.git_repository_branch],
  };
}

/** The conditions of a scope on checkouts `c`. */
export function inScope({ origin, tree, url, branch }: CheckoutScope): Statement {
  const chosen = [
    ["c.origin", origin],
    ["c.tree_name", tree],
    ["c.git_repository_url", url],
    ["c.git_repository_branch", branch],
  ] as const;
  return allOf(
    chosen.flatMap(([name, values]) =>
      values && values.length > 0 ? [isAnyOf(name, values)] : [],
    ),
  );
}

/** The checkouts of a commit, by its hash; those of all labs that sent one. Newest first. */
export async function checkoutsOf(
  db: Reader,
  hash: string,
  scope: CheckoutScope = {},
): Promise<Checkout[]> {
  const found = await readCheckouts(db, allOf([sql`c.git_commit_hash = ${hash}`, inScope(scope)]));
  return found.sort(newestFirst);
}

/** What a commit that somebody wrote is: its hash, or of several that it could be some. */
export type ResolvedCommit = { hash: string } | { candidates: string[] };

/** The shortest begin of a hash that is taken for it. */
export const minHashPrefix = 7;

/**
 * Finds the commit that is meant by a hash, a tag, a name, the begin of a hash, or `latest`: of a tag or name
 * that several have the one that was ingested last. No candidates: there is none.
 */
export async function resolveCommit(
  db: Reader,
  text: string,
  scope: CheckoutScope = {},
): Promise<ResolvedCommit> {
  const within = inScope(scope);
  const newest = (where: Statement, order: string) =>
    readCheckouts(
      db,
      sql`${allOf([where, ownText("c.git_commit_hash is not null"), within])} order by ${ownText(order)} desc limit 1`,
    );
  const byIngestion = `c._timestamp desc, ${db.dialect.byCodePoints("c.id")}`;
  const byStart = `c.start_time desc, ${db.dialect.byCodePoints("c.id")}`;
  const tries: readonly (() => Promise<Checkout[]>)[] = [
    ...(text === "latest" ? [() => newest(ownText("c.start_time is not null"), byStart)] : []),
    () => newest(sql`c.git_commit_hash = ${text}`, byIngestion),
    () => newest(isTagged(db.dialect, text), byIngestion),
    () => newest(sql`c.git_commit_name = ${text}`, byIngestion),
  ];
  for (const look of tries) {
    const [found] = await look();
    if (found?.git_commit_hash) return { hash: found.git_commit_hash };
  }
  if (!isHashPrefix(text)) return { candidates: [] };
  const like = db.dialect.matches("c.git_commit_hash", `${text.toLowerCase()}*`);
  const rows = await db.query(
    sql`select distinct c.git_commit_hash as hash from checkouts c where ${allOf([like, within])} order by 1 limit 10`,
  );
  const hashes = rows.map(({ hash }) => String(hash));
  const [only] = hashes;
  return hashes.length === 1 && only !== undefined ? { hash: only } : { candidates: hashes };
}

/** Whether a checkout `c` has a tag. */
export function isTagged(dialect: ReadDialect, tag: string): Statement {
  return dialect.listHas("c.git_commit_tags", tag);
}

/** Whether a text may be the begin of a hash. */
export function isHashPrefix(text: string): boolean {
  return text.length >= minHashPrefix && /^[0-9a-f]+$/i.test(text);
}

/** Values of a filter as those of a scope. */
export function toScope(filter: {
  origin?: readonly string[] | undefined;
  tree?: readonly string[] | undefined;
  url?: readonly string[] | undefined;
  branch?: readonly string[] | undefined;
}): CheckoutScope {
  const withNull = (values: readonly string[] | undefined) =>
    values?.flatMap((value) => (value === unknown ? [value, null] : [value]));
  const { origin, tree, url, branch } = filter;
  return { origin, tree: withNull(tree), url: withNull(url), branch: withNull(branch) };
}

// --- internal ---

function isAnyOf(name: string, values: readonly (string | null)[]): Statement {
  const texts = values.filter((value) => value !== null);
  return anyOf([
    ...(texts.length > 0 ? [isOneOf(ownText(name), texts)] : []),
    ...(values.includes(null) ? [ownText(`${name} is null`)] : []),
  ]);
}
