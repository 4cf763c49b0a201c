import type { ReadDialect, Reader } from "../store/reader.ts";
import { allOf, isOneOf, ownText, type Statement, sql } from "../store/statement.ts";
import { inScope, toScope } from "./checkouts-of.ts";
import { readCommits } from "./commits.ts";
import type { Filter, Subject } from "./filter.ts";
import { unknown } from "./words.ts";

/**
 * Where no index leads to what is asked for, only what is newest is looked at: all of a large database would take
 * a minute.
 */

/** So many builds, or tests, of those that were ingested last are looked at. */
export const maxRecent = 100_000;
/** So many failed tests of those that began last. */
const maxFailed = 5_000;
/** Of a tree so many commits. */
const maxCommits = 20;

/** What was looked at alone. */
export interface Bound {
  readonly of: "builds" | "tests" | "commits";
  readonly count: number;
}

/** A bound, and the condition on builds `b`, or tests `t`, that keeps to it. */
export interface BoundCondition extends Bound {
  readonly where: Statement;
  /** What these tests `t` with their builds `b` are read from, instead of that condition; absent: nothing is quicker. */
  readonly testsWithBuilds?: Statement | undefined;
  /** What of a filter is left to be seen to; absent: all. */
  readonly left?: Filter;
}

/** What bounds a look at what a filter chooses; undefined: nothing has to, or there is no more than that. */
export async function boundFor(
  db: Reader,
  subject: Subject,
  filter: Filter,
  count = maxRecent,
): Promise<BoundCondition | undefined> {
  const { commit = [], tree = [], branch = [], url = [], ...others } = filter;
  if (commit.length > 0) return undefined;
  const ofTree = [...tree, ...branch, ...url];
  if (ofTree.length > 0 && !ofTree.includes(unknown)) {
    const scope = inScope(toScope({ tree, branch, url }));
    const commits = await readCommits(db, scope, maxCommits + 1);
    if (commits.length <= maxCommits) return undefined;
    const ids = commits.slice(0, maxCommits).flatMap(({ checkout_ids }) => checkout_ids);
    return {
      of: "commits",
      count: maxCommits,
      where: ofCheckoutIds(db.dialect, subject, ids),
      left: others,
    };
  }
  // A file of ours has an index of those.
  const given = Object.values(others).filter((values) => values !== undefined);
  if (subject === "tests" && given.length === 1 && others.status?.join() === "FAIL") {
    return undefined;
  }
  return lastIngested(db, subject, count);
}

/** The rows that were ingested last, where there are others. */
export async function lastIngested(
  db: Reader,
  subject: Subject,
  count = maxRecent,
): Promise<BoundCondition | undefined> {
  const { begin, isAmong, testsWithBuilds } = db.dialect.lastIngested(subject, count);
  const [row] = await db.query(begin);
  const place = row?.place;
  if (typeof place !== "string" && typeof place !== "number") return undefined;
  return {
    of: subject,
    count,
    where: isAmong(subject === "builds" ? "b" : "t", place),
    testsWithBuilds: subject === "tests" ? testsWithBuilds?.(place) : undefined,
  };
}

/**
 * Whether tests `t` with builds `b` are of some checkouts, and among the failures that began last. All that fails
 * on a few checkouts takes longer to find; so one looks among these first, where an index has them.
 */
export async function amongLastFailed(
  db: Reader,
  ids: readonly string[],
  count = maxFailed,
): Promise<Statement | undefined> {
  const { lastFailed } = db.dialect;
  const [row] = lastFailed ? await db.query(lastFailed.begin(count)) : [];
  if (!lastFailed || typeof row?.place !== "string") return undefined;
  return allOf([
    sql`t.start_time > ${db.dialect.time(row.place)}`,
    isOneOf(ownText(lastFailed.checkoutId), ids),
  ]);
}

/** Whether builds `b`, or tests `t`, are of some checkouts. */
export function ofCheckoutIds(
  { isAmong }: ReadDialect,
  subject: Subject,
  ids: readonly string[],
): Statement {
  const isOfThese = isOneOf(ownText("b.checkout_id"), ids);
  return subject === "builds"
    ? isOfThese
    : isAmong(ownText("t.build_id"), sql`select b.id from builds b where ${isOfThese}`);
}
