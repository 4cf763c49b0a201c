import { checkoutsOf, toScope } from "../../results/checkouts-of.ts";
import { countCommits } from "../../results/commits.ts";
import { readFailures } from "../../results/failures.ts";
import type { Filter } from "../../results/filter.ts";
import { newestFirst } from "../../results/identity.ts";
import type { RunTally } from "../../results/tally.ts";
import {
  type CountedTree,
  countTrees,
  readTreeHeads,
  type TreeHead,
  treeKey,
} from "../../results/trees.ts";
import { nameOfCommit } from "../../results/words.ts";
import type { Reader } from "../../store/reader.ts";
import { defineCommand } from "../command.ts";
import { countColumns, shortTime, treeColumns } from "./columns.ts";
import { filterFlags, listFlags, readFilter, readLimit, tableFlags } from "./flags.ts";
import { type OutputColumn, printOutput } from "./format.ts";
import { exitCodeFor, note, readFailOn, withResults } from "./with-results.ts";

export const summaryCommand = defineCommand({
  summary:
    "Show each tree's newest commit, or one commit, with the results of builds, boots and tests.",
  args: {
    ...tableFlags,
    ...filterFlags("origin", "tree", "branch", "commit"),
    ...listFlags,
  },
  examples: [
    ["kci-ingester results --database sqlite:kernelci.db", "every tree with its newest commit"],
    ["kci-ingester results --tree mainline --commit v6.17", "one commit"],
    ["kci-ingester results --tree next --fail-on failure", "for CI: exit 1 if anything failed"],
  ],
  run: (args) =>
    withResults(args.database, async (db) => {
      readFailOn(args["fail-on"]);
      const filter = await readFilter(db, args);
      const { trees, isCut } = filter.commit
        ? { trees: await ofCommits(db, filter), isCut: false }
        : await newest(db, filter, readLimit(args.limit));
      await printOutput(
        "results summary",
        { name: "trees", rows: trees, columns, toJson: toJson },
        args,
      );
      if (trees.length === 0) {
        await note(
          "no trees: kci-ingester results waiting shows results that arrived without a checkout",
        );
      }
      if (isCut) await note(`only ${trees.length} trees looked at; use --limit for more`);
      const failed = trees.some(({ tally }) =>
        [tally.builds, tally.boots, tally.tests].some(({ FAIL }) => FAIL > 0),
      );
      return exitCodeFor(args["fail-on"], {
        failure: () => failed,
        async regression() {
          const { builds, boots, tests } = await readFailures(db, { ...filter, origin: [] });
          return [...builds, ...boots, ...tests].some((one) => one.class === "regression");
        },
      });
    }),
});

// --- internal ---

const columns: readonly OutputColumn<CountedTree>[] = [
  ...treeColumns,
  { title: "origin", value: ({ origin }) => origin },
  { title: "commit", value: nameOfCommit },
  { title: "hash", value: ({ git_commit_hash }) => git_commit_hash?.slice(0, 12) },
  { title: "start", value: ({ start_time }) => shortTime(start_time) },
  ...countColumns<CountedTree>("builds", ({ tally }) => tally.builds),
  ...countColumns<CountedTree>("boots", ({ tally }) => tally.boots),
  ...countColumns<CountedTree>("tests", ({ tally }) => tally.tests),
  {
    title: "fails before",
    value: ({ before }) => (before ? failsOf(before.tally) : undefined),
  },
];

function failsOf({ builds, boots, tests }: RunTally): number {
  return builds.FAIL + boots.FAIL + tests.FAIL;
}

async function newest(
  db: Reader,
  filter: Filter,
  limit: number,
): Promise<{ trees: CountedTree[]; isCut: boolean }> {
  const { from, to } = filter;
  const heads = await readTreeHeads(db, { ...toScope(filter), from, to, limit: limit + 1 });
  return { trees: await countTrees(db, heads.slice(0, limit)), isCut: heads.length > limit };
}

/** The commits that were asked for, in each tree that has them. */
async function ofCommits(db: Reader, filter: Filter): Promise<CountedTree[]> {
  const heads: TreeHead[] = [];
  for (const hash of filter.commit ?? []) {
    const found = (await checkoutsOf(db, hash, toScope(filter))).sort(newestFirst);
    for (const group of Map.groupBy(found, treeKey).values()) {
      const [head] = group;
      if (head) heads.push({ ...head, checkout_ids: group.map(({ id }) => id) });
    }
  }
  return (await countCommits(db, heads)).map((head) => ({ ...head, before: undefined }));
}

function toJson({ checkout_ids, tally, before, id, _timestamp, ...tree }: CountedTree) {
  return { ...tree, checkout_ids, ...tally, before: before ?? null };
}
