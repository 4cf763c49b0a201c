import { treeListing } from "../rows/tables.ts";
import { toTimestamp } from "../rows/timestamp.ts";
import type { Reader } from "../store/reader.ts";
import { allOf, isOneOf, ownText, type Statement, sql } from "../store/statement.ts";
import { type CheckoutScope, inScope } from "./checkouts-of.ts";
import { countCommits } from "./commits.ts";
import { column, columns, type FieldsOf, select } from "./field.ts";
import { newestFirst } from "./identity.ts";
import { inParts } from "./in-parts.ts";
import { type Checkout, checkoutFields, commitColumns, readCheckouts, type Tree } from "./runs.ts";
import type { RunTally } from "./tally.ts";

/** A tree of an origin, by its newest checkout. */
export interface TreeHead extends Checkout {
  /** All checkouts of its newest commit. */
  checkout_ids: string[];
}

/** A tree with what was found of its newest commit, and of the one before. */
export interface CountedTree extends TreeHead {
  tally: RunTally;
  /** The commit before, where there is one. */
  before: { git_commit_hash: string; start_time: string; tally: RunTally } | undefined;
}

/** Which trees are read, and how many. */
export interface TreeOptions extends CheckoutScope {
  /** Trees whose newest checkout began at this time or later. */
  readonly from?: string | undefined;
  /** And before this one. */
  readonly to?: string | undefined;
  /** Absent: all. */
  readonly limit?: number | undefined;
}

/** A commit from longer ago than so many days is not the one before. */
export const maxPauseDays = 60;

/**
 * The trees, newest first, each with its newest commit. Those none of whose checkouts says when it began come
 * last, and only where no time is asked for.
 */
export async function readTreeHeads(db: Reader, options: TreeOptions = {}): Promise<TreeHead[]> {
  const { from, to, limit } = options;
  const times = [
    ...(from === undefined ? [] : [sql`l.start_time >= ${db.dialect.time(from)}`]),
    ...(to === undefined ? [] : [sql`l.start_time < ${db.dialect.time(to)}`]),
  ];
  const heads = await select<Checkout>(
    db,
    checkoutFields,
    sql`from latest_checkout l join checkouts c on c.id = l.checkout_id where ${allOf([inScope(options), ...times])} order by l.start_time desc, ${ownText(db.dialect.byCodePoints("c.id"))} desc${upTo(limit)}`,
  );
  if (times.length === 0) {
    heads.push(
      ...(await readUndated(db, options, limit === undefined ? limit : limit - heads.length)),
    );
  }
  // A checkout that was told of in parts may be the latest of several trees, of which it is in one.
  const unique = [...new Map(heads.toReversed().map((head) => [treeKey(head), head])).values()];
  return withCheckouts(db, unique.toReversed());
}

/** Adds to trees what was found of their newest commits and of the commits before. */
export async function countTrees(db: Reader, trees: readonly TreeHead[]): Promise<CountedTree[]> {
  const before = await withCheckouts(db, await readBefore(db, trees));
  const counted = await countCommits(db, before);
  const byKey = new Map(counted.map((one) => [treeKey(one), one]));
  return (await countCommits(db, trees)).map((tree) => {
    const found = byKey.get(treeKey(tree));
    const { git_commit_hash: hash, start_time: start } = found ?? {};
    if (!found || !hash || !start) return { ...tree, before: undefined };
    return { ...tree, before: { git_commit_hash: hash, start_time: start, tally: found.tally } };
  });
}

/** What tells one tree from another as one text. */
export function treeKey(tree: Tree & { readonly origin: string }): string {
  const { origin, tree_name, git_repository_url, git_repository_branch } = tree;
  return JSON.stringify([origin, tree_name, git_repository_url, git_repository_branch]);
}

// --- internal ---

/** One row a commit, with its latest checkout. */
const listedFields: FieldsOf<Checkout> = {
  id: column("l", treeListing, "checkout_id"),
  ...columns("l", treeListing, ["origin", ...commitColumns, "git_commit_tags", "start_time"]),
  _timestamp: column("l", treeListing, "start_time"),
};

/** Checkouts that do not say when they began: they have no place in `latest_checkout`. */
async function readUndated(
  db: Reader,
  scope: CheckoutScope,
  limit: number | undefined,
): Promise<Checkout[]> {
  const undated = sql`c.start_time is null and not exists (
    select 1 from latest_checkout l
    where l.origin = c.origin and l.tree_name is not distinct from c.tree_name
      and l.git_repository_url is not distinct from c.git_repository_url
      and l.git_repository_branch is not distinct from c.git_repository_branch)`;
  const order = ownText(`c._timestamp desc, ${db.dialect.byCodePoints("c.id")} desc`);
  return readCheckouts(
    db,
    sql`${allOf([undated, inScope(scope)])} order by ${order}${upTo(limit)}`,
  );
}

function upTo(limit: number | undefined): Statement {
  return limit === undefined ? sql`` : sql` limit ${limit}`;
}

/** Adds to heads the ids of all checkouts of the same tree and commit. */
async function withCheckouts(db: Reader, heads: readonly Checkout[]): Promise<TreeHead[]> {
  const hashes = [...new Set(heads.flatMap(({ git_commit_hash: hash }) => hash ?? []))];
  const wanted = inParts(hashes).map((some) => isOneOf(ownText("c.git_commit_hash"), some));
  if (heads.some(({ git_commit_hash: hash }) => hash === null)) {
    const origins = [...new Set(heads.map(({ origin }) => origin))];
    wanted.push(sql`c.git_commit_hash is null and ${inScope({ origin: origins })}`);
  }
  const groups = new Map<string, string[]>();
  for (const where of wanted) {
    for (const checkout of await readCheckouts(db, where)) {
      const key = commitKey(checkout);
      const group = groups.get(key);
      if (group) group.push(checkout.id);
      else groups.set(key, [checkout.id]);
    }
  }
  return heads.map((head) => ({ ...head, checkout_ids: groups.get(commitKey(head)) ?? [] }));
}

function commitKey(checkout: Checkout): string {
  return `${treeKey(checkout)} ${checkout.git_commit_hash}`;
}

/** Of each tree the latest checkout of another commit that began before its newest one. */
async function readBefore(db: Reader, trees: readonly TreeHead[]): Promise<Checkout[]> {
  const starts = trees.flatMap(({ start_time }) => start_time ?? []).sort();
  const [first] = starts;
  const last = starts.at(-1);
  if (first === undefined || last === undefined) return [];
  const from =
    toTimestamp(new Date(Date.parse(first) - maxPauseDays * 86_400_000).toISOString()) ?? first;
  const listed = await select<Checkout>(
    db,
    listedFields,
    sql`from tree_listing l where ${allOf([
      sql`l.start_time >= ${db.dialect.time(from)}`,
      sql`l.start_time <= ${db.dialect.time(last)}`,
      ownText("l.git_commit_hash is not null"),
    ])}`,
  );
  const byTree = Map.groupBy(listed.sort(newestFirst), treeKey);
  return trees.flatMap((tree) => {
    const isBefore = ({ start_time, git_commit_hash }: Checkout) =>
      (start_time ?? "") <= (tree.start_time ?? "") && git_commit_hash !== tree.git_commit_hash;
    return byTree.get(treeKey(tree))?.find(isBefore) ?? [];
  });
}
