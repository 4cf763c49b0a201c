import type { Reader } from "../store/reader.ts";
import { allOf, ownText, type Statement, sql } from "../store/statement.ts";
import { newestFirst } from "./identity.ts";
import { type Checkout, readCheckouts } from "./runs.ts";
import { addTally, emptyTally, type RunTally } from "./tally.ts";
import { tallyCheckouts } from "./tally-checkouts.ts";

/** A commit of a tree, with what labs found of it. Labs may send several checkouts of one. */
export interface Commit {
  git_commit_hash: string;
  /** The latest checkout's, as its name, tags and start. */
  checkout_id: string;
  git_commit_name: string | null;
  git_commit_tags: readonly string[] | null;
  start_time: string;
  /** All its checkouts, newest first. */
  checkout_ids: string[];
}

/** A commit, and how many there are of each status. */
export interface CountedCommit extends Commit {
  tally: RunTally;
}

/**
 * The newest commits among the checkouts for which a condition on `c` holds, newest first, by the latest
 * checkout of each. Checkouts without a hash or a start do not count.
 */
export async function readCommits(db: Reader, where: Statement, limit: number): Promise<Commit[]> {
  const dated = ownText("c.start_time is not null and c.git_commit_hash is not null");
  return groupCommits(await readCheckouts(db, allOf([dated, where]))).slice(0, limit);
}

/** The same, with what was found of them. */
export async function readCountedCommits(
  db: Reader,
  where: Statement,
  limit: number,
): Promise<CountedCommit[]> {
  return countCommits(db, await readCommits(db, where, limit));
}

/** Adds to commits what was found of them. */
export async function countCommits<C extends Pick<Commit, "checkout_ids">>(
  db: Reader,
  commits: readonly C[],
): Promise<(C & { tally: RunTally })[]> {
  const ids = commits.flatMap(({ checkout_ids }) => checkout_ids);
  const tallies = await tallyCheckouts(db, [...new Set(ids)]);
  return commits.map((commit) => {
    const tally = emptyTally();
    for (const id of commit.checkout_ids) {
      const found = tallies.get(id);
      if (found) addTally(tally, found);
    }
    return { ...commit, tally };
  });
}

/** Whether a checkout `c` began at a time or before. */
export function beganBy(db: Reader, time: string): Statement {
  return sql`c.start_time <= ${db.dialect.time(time)}`;
}

/** Groups checkouts by their commits, newest first; those without a hash or a start are left out. */
export function groupCommits(checkouts: readonly Checkout[]): Commit[] {
  const dated = checkouts.filter(
    ({ git_commit_hash, start_time }) => git_commit_hash && start_time,
  );
  const groups = Map.groupBy(dated.sort(newestFirst), ({ git_commit_hash }) => git_commit_hash);
  return [...groups].flatMap(([hash, [latest, ...others]]) =>
    hash && latest?.start_time
      ? [
          {
            git_commit_hash: hash,
            checkout_id: latest.id,
            git_commit_name: latest.git_commit_name,
            git_commit_tags: latest.git_commit_tags,
            start_time: latest.start_time,
            checkout_ids: [latest, ...others].map(({ id }) => id),
          },
        ]
      : [],
  );
}
