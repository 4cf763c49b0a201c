import { explainFailures } from "../../results/failures.ts";
import { readBuildHistories, readTestHistories } from "../../results/histories.ts";
import { listBuilds, listTests } from "../../results/list-runs.ts";
import type { BuildRun, TestRun } from "../../results/runs.ts";
import type { TestKind } from "../../results/words.ts";
import { defineCommand } from "../command.ts";
import { buildColumns, junitOfBuild, junitOfTest, testColumns } from "./columns.ts";
import {
  allFlag,
  failOnFlag,
  filterFlags,
  limitFlag,
  readFilter,
  readLimit,
  runFlags,
  timeFlags,
} from "./flags.ts";
import { printOutput } from "./format.ts";
import { exitCodeFor, note, readFailOn, tellOfBound, withResults } from "./with-results.ts";

const after = {
  type: "string",
  valueHint: "PLACE",
  description: "go on where a list ended: the `next` of its JSON",
} as const;

const ofBuilds = filterFlags(
  ...(["origin", "tree", "branch", "commit", "architecture", "config"] as const),
  ...(["compiler", "lab", "status"] as const),
);

const shared = {
  ...timeFlags,
  limit: limitFlag,
  after,
  all: allFlag,
  "fail-on": failOnFlag,
} as const;

export const buildsCommand = defineCommand({
  summary: "List builds, newest first.",
  args: { ...runFlags, ...ofBuilds, ...shared },
  examples: [
    ["kci-ingester results builds --status FAIL --since 7d", "those that failed this week"],
    ["kci-ingester results builds --commit latest --tree next", "those of the newest commit"],
  ],
  run: (args) =>
    withResults(args.database, async (db) => {
      readFailOn(args["fail-on"]);
      const filter = await readFilter(db, args);
      const { rows, next, bound } = await listBuilds(db, {
        ...{ filter, limit: readLimit(args.limit), after: args.after, isBounded: !args.all },
      });
      const output = {
        name: "builds",
        rows,
        columns: buildColumns,
        toJunit: (run: BuildRun) => junitOfBuild(run),
      };
      await printOutput("results builds", { ...output, more: { next: next ?? null } }, args);
      await tellOfMore(rows.length, next);
      await tellOfBound(bound);
      const failed = rows.filter(({ status }) => status === "FAIL");
      return exitCodeFor(args["fail-on"], {
        failure: failed.length > 0,
        regression: async () =>
          isRegression(
            await explainFailures(failed, (runs) =>
              readBuildHistories(db, runs, { upToItself: true }),
            ),
          ),
      });
    }),
});

export const bootsCommand = testList("boot", "List boots, newest first.", [
  [
    "kci-ingester results boots --status FAIL --platform 'rk3399*'",
    "those that failed on some boards",
  ],
  ["kci-ingester results boots --tree mainline --commit latest", "those of the newest commit"],
]);

export const testsCommand = testList("test", "List tests that are no boots, newest first.", [
  ["kci-ingester results tests --path 'ltp.*' --status FAIL", "those of one suite that failed"],
  ["kci-ingester results tests --format csv --since 30d", "for a spreadsheet"],
]);

// --- internal ---

function testList(
  kind: TestKind,
  summary: string,
  examples: readonly (readonly [string, string])[],
) {
  return defineCommand({
    summary,
    args: { ...runFlags, ...ofBuilds, ...filterFlags("platform", "path"), ...shared },
    examples,
    run: (args) =>
      withResults(args.database, async (db) => {
        readFailOn(args["fail-on"]);
        const filter = await readFilter(db, args);
        const { rows, next, bound } = await listTests(db, kind, {
          ...{ filter, limit: readLimit(args.limit), after: args.after, isBounded: !args.all },
        });
        const output = {
          name: `${kind}s`,
          rows,
          columns: testColumns,
          toJunit: (run: TestRun) => junitOfTest(run),
        };
        await printOutput(`results ${kind}s`, { ...output, more: { next: next ?? null } }, args);
        await tellOfMore(rows.length, next);
        await tellOfBound(bound);
        const failed = rows.filter(({ status }) => status === "FAIL");
        return exitCodeFor(args["fail-on"], {
          failure: failed.length > 0,
          regression: async () =>
            isRegression(
              await explainFailures(failed, (runs) =>
                readTestHistories(db, runs, { upToItself: true }),
              ),
            ),
        });
      }),
  });
}

function isRegression(failures: readonly { readonly class: string | undefined }[]): boolean {
  return failures.some((failure) => failure.class === "regression");
}

async function tellOfMore(shown: number, next: string | undefined): Promise<void> {
  if (shown === 0) await note("nothing is like that");
  if (next) await note(`only ${shown} are shown: --limit shows more`);
}
