import { beganBy, countCommits, readCountedCommits } from "../results/commits.ts";
import { newestFirst } from "../results/identity.ts";
import { inconclusiveOf, type StatusCount } from "../results/tally.ts";
import { readTreeHeads } from "../results/trees.ts";
import { allOf } from "../store/statement.ts";
import { type ApiEndpoint, ApiRefusal, type ApiRequest, apiTime, nothing } from "./answer.ts";
import { isOfTree, matchingCheckouts } from "./matching-checkouts.ts";
import { daysAgo, numberOf, originOf, orNull } from "./parameters.ts";

/** How many commits of a tree are shown at most. */
const pastCommits = 6;

/** `tree/`: the trees of an origin, by their newest checkouts. */
export const treeList: ApiEndpoint = async (asked) => {
  const { db, query, nowMs } = asked;
  const days = numberOf(query, "interval_in_days", { byDefault: 7, min: 1 });
  const heads = await readTreeHeads(db, { origin: [originOf(asked)], from: daysAgo(nowMs, days) });
  if (heads.length === 0) return nothing("No trees were found");
  return (await countCommits(db, heads)).map((tree) => ({
    id: tree.id,
    build_status: toListingCount(tree.tally.builds),
    boot_status: toListingCount(tree.tally.boots),
    test_status: toListingCount(tree.tally.tests),
    tree_name: tree.tree_name,
    git_commit_tags: tree.git_commit_tags,
    origin: tree.origin,
    git_repository_url: tree.git_repository_url,
    git_repository_branch: tree.git_repository_branch,
    git_commit_hash: tree.git_commit_hash,
    git_commit_name: tree.git_commit_name,
    start_time: apiTime(tree.start_time),
  }));
};

/** `tree/C/commits`: the commits up to one, newest first. */
export const treeCommits: ApiEndpoint = async (asked) => {
  const { db, query, names } = asked;
  const tree = askedTree(asked);
  if (!query.get("origin")) throw new ApiRefusal("Missing parameter: origin");
  const heads = await matchingCheckouts(db, names[0] ?? "", tree);
  const start = heads.sort(newestFirst)[0]?.start_time;
  if (!start) return nothing("History of tree commits not found");
  const commits = await readCountedCommits(
    db,
    allOf([isOfTree(tree), beganBy(db, start)]),
    pastCommits,
  );
  if (commits.length === 0) return nothing("History of tree commits not found");
  return commits.map((commit) => ({
    git_commit_hash: commit.git_commit_hash,
    git_commit_name: commit.git_commit_name,
    git_commit_tags: commit.git_commit_tags,
    earliest_start_time: apiTime(commit.start_time),
    builds: commit.tally.builds,
    boots: toLower(commit.tally.boots),
    tests: toLower(commit.tally.tests),
  }));
};

/** The tree that parameters name; without a URL or branch the one that has none. */
export function askedTree(asked: ApiRequest) {
  const { query } = asked;
  return {
    origin: originOf(asked),
    url: orNull(query.get("git_url")),
    branch: orNull(query.get("git_branch")),
  };
}

/** Three numbers: whatever is neither PASS nor FAIL is inconclusive. */
export function toListingCount(count: StatusCount) {
  return { PASS: count.PASS, FAIL: count.FAIL, INCONCLUSIVE: inconclusiveOf(count) };
}

/** The same seven numbers in the order that the dashboard has in lower case. */
export function toLower({ PASS, ERROR, FAIL, SKIP, MISS, DONE, NULL }: StatusCount) {
  return { pass: PASS, error: ERROR, fail: FAIL, skip: SKIP, miss: MISS, done: DONE, null: NULL };
}
