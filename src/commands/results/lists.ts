import { explainFailures } from "../../results/failures.ts";
import { type RunHistory, readBuildHistories, readTestHistories } from "../../results/histories.ts";
import {
  type ListOptions,
  listBuilds,
  listTests,
  maxRows,
  type PageOf,
} from "../../results/list-runs.ts";
import type { BuildRun, TestRun } from "../../results/runs.ts";
import type { TestKind } from "../../results/words.ts";
import type { Reader } from "../../store/reader.ts";
import { defineCommand } from "../command.ts";
import { buildColumns, junitOfBuild, junitOfTest, testColumns } from "./columns.ts";
import {
  allFlag,
  filterFlags,
  type GivenFilters,
  listFlags,
  readFilter,
  readLimit,
  runFlags,
} from "./flags.ts";
import { type OutputColumn, printOutput } from "./format.ts";
import type { JunitCase } from "./junit.ts";
import { exitCodeFor, note, readFailOn, tellOfBound, withResults } from "./with-results.ts";

const after = {
  type: "string",
  valueHint: "PLACE",
  description: "continue a list: the `next` value of its JSON output",
} as const;

const ofBuilds = filterFlags(
  ...(["origin", "tree", "branch", "commit", "architecture", "config"] as const),
  ...(["compiler", "lab", "status"] as const),
);

const shared = { ...listFlags, after, all: allFlag } as const;

export const buildsCommand = defineCommand({
  summary: "List builds, newest first.",
  args: { ...runFlags, ...ofBuilds, ...shared },
  examples: [
    ["kci-ingester results builds --status FAIL --since 7d", "failed this week"],
    ["kci-ingester results builds --commit latest --tree next", "on the newest commit"],
  ],
  run: (args) =>
    withResults(args.database, (db) =>
      printRuns(db, args, {
        name: "builds",
        columns: buildColumns,
        toJunit: (run: BuildRun) => junitOfBuild(run),
        list: (options) => listBuilds(db, options),
        histories: (runs) => readBuildHistories(db, runs, { upToItself: true }),
      }),
    ),
});

export const bootsCommand = testList("boot", "List boots, newest first.", [
  ["kci-ingester results boots --status FAIL --platform 'rk3399*'", "failed on some boards"],
  ["kci-ingester results boots --tree mainline --commit latest", "on the newest commit"],
]);

export const testsCommand = testList("test", "List tests other than boots, newest first.", [
  ["kci-ingester results tests --path 'ltp.*' --status FAIL", "failures of one suite"],
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
      withResults(args.database, (db) =>
        printRuns(db, args, {
          name: `${kind}s`,
          columns: testColumns,
          toJunit: (run: TestRun) => junitOfTest(run),
          list: (options) => listTests(db, kind, options),
          histories: (runs) => readTestHistories(db, runs, { upToItself: true }),
        }),
      ),
  });
}

/** Builds, boots or tests, and how they are read and shown. */
interface RunList<R> {
  readonly name: "builds" | `${TestKind}s`;
  readonly columns: readonly OutputColumn<R>[];
  toJunit(run: R): JunitCase;
  list(options: ListOptions): Promise<PageOf<R>>;
  histories(runs: readonly R[]): Promise<Map<string, RunHistory<R>>>;
}

type ListArguments = GivenFilters & {
  readonly [Name in "limit" | "after" | "fail-on" | "format"]?: string | undefined;
} & { readonly [Name in "json" | "all"]?: boolean | undefined };

/** Prints a page of runs, and returns the exit code that `--fail-on` asks for. */
async function printRuns<R extends BuildRun | TestRun>(
  db: Reader,
  args: ListArguments,
  { name, columns, toJunit, list, histories }: RunList<R>,
): Promise<number> {
  readFailOn(args["fail-on"]);
  const filter = await readFilter(db, args);
  const options = { filter, after: args.after, isBounded: !args.all };
  const { rows, next, bound } = await list({ ...options, limit: readLimit(args.limit) });
  const output = { name, rows, columns, toJunit, more: { next: next ?? null } };
  await printOutput(`results ${name}`, output, args);
  if (rows.length === 0) await note("nothing matches");
  if (next) await note(`only ${rows.length} shown; use --limit for more`);
  await tellOfBound(bound);
  const failed = rows.filter(({ status }) => status === "FAIL");
  /** Those that are not shown, too. */
  const allFailed = async (limit: number) => {
    const isAsked = filter.status?.includes("FAIL") ?? true;
    if (next === undefined || !isAsked) return failed;
    return (await list({ ...options, filter: { ...filter, status: ["FAIL"] }, limit })).rows;
  };
  return exitCodeFor(args["fail-on"], {
    failure: async () => failed.length > 0 || (await allFailed(1)).length > 0,
    regression: async () =>
      (await explainFailures(await allFailed(maxRows), histories)).some(
        (one) => one.class === "regression",
      ),
  });
}
