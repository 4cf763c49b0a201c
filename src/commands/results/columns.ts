import { describeSince, type FailingRun, type SincePart } from "../../results/describe-since.ts";
import type { AnyFailure } from "../../results/failures.ts";
import type { BuildRun, OfCheckout, TestRun, Tree } from "../../results/runs.ts";
import type { StatusCount } from "../../results/tally.ts";
import { inconclusiveOf } from "../../results/tally.ts";
import { nameOfCommit } from "../../results/words.ts";
import type { OutputColumn } from "./format.ts";
import type { JunitCase } from "./junit.ts";

/** The columns of builds and tests, and the words for what is in them. */

/** Which tree. */
export const treeColumns: readonly OutputColumn<Tree>[] = [
  { title: "tree", value: ({ tree_name, git_repository_url }) => tree_name ?? git_repository_url },
  { title: "branch", value: ({ git_repository_branch }) => git_repository_branch },
];

const commitColumns: readonly OutputColumn<OfCheckout>[] = [
  ...treeColumns,
  { title: "commit", value: nameOfCommit },
];

/** A build in one row. */
export const buildColumns: readonly OutputColumn<BuildRun>[] = [
  { title: "status", value: ({ status }) => status ?? "NULL" },
  { title: "config", value: ({ config_name }) => config_name },
  { title: "architecture", value: ({ architecture }) => architecture },
  { title: "compiler", value: ({ compiler }) => compiler },
  ...commitColumns,
  { title: "start", value: ({ start_time }) => shortTime(start_time) },
  { title: "id", value: ({ id }) => id },
];

/** A test or boot in one row. */
export const testColumns: readonly OutputColumn<TestRun>[] = [
  { title: "status", value: ({ status }) => status ?? "NULL" },
  { title: "path", value: ({ path }) => path },
  { title: "platform", value: ({ platform }) => platform },
  { title: "config", value: ({ config_name }) => config_name },
  { title: "architecture", value: ({ architecture }) => architecture },
  { title: "lab", value: ({ lab }) => lab },
  ...commitColumns,
  { title: "start", value: ({ start_time }) => shortTime(start_time) },
  { title: "id", value: ({ id }) => id },
];

/** A failure of a build or a test in one row. */
export const failureColumns: readonly OutputColumn<AnyFailure>[] = [
  { title: "status", value: ({ run }) => run.status ?? "NULL" },
  { title: "class", value: (failure) => failure.class },
  { title: "what", value: ({ run }) => ("path" in run ? run.path : "build") },
  { title: "platform", value: ({ run }) => ("platform" in run ? run.platform : null) },
  { title: "config", value: ({ run }) => run.config_name },
  { title: "architecture", value: ({ run }) => run.architecture },
  ...commitColumns.map(({ title, value }) => ({
    title,
    value: ({ run }: AnyFailure) => value(run),
  })),
  { title: "since", value: sinceText },
  { title: "id", value: ({ run }) => run.id },
];

/** Three columns of a count. */
export function countColumns<R>(
  title: string,
  countOf: (row: R) => StatusCount,
): OutputColumn<R>[] {
  return [
    { title: `${title} pass`, value: (row) => countOf(row).PASS },
    { title: `${title} fail`, value: (row) => countOf(row).FAIL },
    { title: `${title} other`, value: (row) => inconclusiveOf(countOf(row)) },
  ];
}

/** Since when something fails, as a sentence; empty where it does not fail. */
export function sinceText(failure: FailingRun): string {
  return describeSince(failure).map(textOfPart).join("");
}

function textOfPart(part: SincePart): string {
  if (typeof part === "string") return part;
  return "run" in part ? (nameOfCommit(part.run) ?? "–") : `its ${part.kind}`;
}

/** A time to the second. */
export function shortTime(time: string | null): string | null {
  return time && `${time.slice(0, 10)} ${time.slice(11, 19)}`;
}

/** A test as a test case of JUnit; `message` says more about how it ended. */
export function junitOfTest(run: TestRun, message = ""): JunitCase {
  return {
    group: [run.platform, run.config_name, run.architecture]
      .map((text) => text || "Unknown")
      .join("."),
    name: `${run.path || "Unknown"} (${run.id})`,
    seconds: run.duration,
    status: run.status,
    message,
  };
}

/** A build as a test case of JUnit; `message` says more about how it ended. */
export function junitOfBuild(run: BuildRun, message = ""): JunitCase {
  return {
    group: "build",
    name: `${[run.architecture, run.config_name, run.compiler].map((text) => text || "Unknown").join(" ")} (${run.id})`,
    seconds: run.duration,
    status: run.status,
    message,
  };
}
