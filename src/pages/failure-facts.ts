import { readPassesElsewhere } from "../results/details.ts";
import { pathGroup } from "../results/facets.ts";
import type { AnyFailure, Failures } from "../results/failures.ts";
import { type Issue, readIssuesOf } from "../results/issues.ts";
import { type FailureReason, lastLines, readReasons } from "../results/reasons.ts";
import type { TestRun } from "../results/runs.ts";
import { isBootPath, known } from "../results/words.ts";
import type { Reader } from "../store/reader.ts";
import { linesOf } from "./log-lines.ts";
import { shownClass } from "./words.ts";

/** A failure with what says why. */
export interface FailureFacts {
  readonly failure: AnyFailure;
  readonly reason: FailureReason | undefined;
  /** The last lines of its log. */
  readonly lines: readonly string[];
  readonly issues: readonly Issue[];
  readonly passesElsewhere: boolean;
  /** On how many boards the same fails at the same commit. */
  readonly boards: number;
}

/** Failures of one thing on one commit that are told together. */
export interface FailureGroup {
  readonly key: string;
  readonly title: string;
  readonly failures: readonly AnyFailure[];
}

/** How many lines of a log are shown. */
const shownLines = 8;

/** All failures of a reading, those of most interest first: by class, builds, boots, tests, boards hit, newest. */
export function inOrder({ builds, boots, tests }: Failures): AnyFailure[] {
  const all: AnyFailure[] = [...builds, ...boots, ...tests];
  const boards = countBoards(all.map(({ run }) => run));
  // Sorting keeps the order that they have, the newest first, where nothing else tells.
  return all.sort(
    (a, b) =>
      rankOf(a) - rankOf(b) ||
      kindRank(a) - kindRank(b) ||
      (boards.get(sameKey(b.run)) ?? 0) - (boards.get(sameKey(a.run)) ?? 0),
  );
}

/** Groups failures: tests by board and the first part of the path, builds by what they are built for. */
export function groupFailures(all: readonly AnyFailure[]): FailureGroup[] {
  const groups = Map.groupBy(all, ({ run }) =>
    JSON.stringify([
      run.tree_name,
      run.git_repository_branch,
      run.checkout_origin ?? run.origin,
      run.git_commit_hash,
      "path" in run ? [run.platform, pathGroup(run.path)] : [run.architecture, run.config_name],
      "path" in run,
    ]),
  );
  return [...groups].map(([key, failures]) => ({ key, title: titleOf(failures[0]), failures }));
}

/** Reads what says why, for the failures that a page shows. */
export async function readFacts(
  db: Reader,
  shown: readonly AnyFailure[],
  all: readonly AnyFailure["run"][],
): Promise<Map<string, FailureFacts>> {
  const tests = shown.map(({ run }) => run).filter((run): run is TestRun => "path" in run);
  const testIds = tests.map(({ id }) => id);
  const buildIds = shown.flatMap(({ run }) => ("path" in run ? [] : run.id));
  const passing = await readPassesElsewhere(db, tests);
  const [ofTests, ofBuilds] = [
    await readReasons(db, "tests", testIds),
    await readReasons(db, "builds", buildIds),
  ];
  const [testIssues, buildIssues] = [
    await readIssuesOf(db, "tests", testIds),
    await readIssuesOf(db, "builds", buildIds),
  ];
  const boards = countBoards(all);
  return new Map(
    shown.map((failure) => {
      const { run } = failure;
      const isTest = "path" in run;
      const reason = (isTest ? ofTests : ofBuilds).get(run.id);
      const facts: FailureFacts = {
        failure,
        reason,
        lines: lastLines(linesOf(reason?.log_excerpt ?? "").join("\n"), shownLines),
        issues: (isTest ? testIssues : buildIssues).get(run.id) ?? [],
        passesElsewhere: isTest && passing.has(run.id),
        boards: boards.get(sameKey(run)) ?? 1,
      };
      return [run.id, facts];
    }),
  );
}

// --- internal ---

function titleOf(first: AnyFailure | undefined): string {
  if (!first) return "";
  const { run } = first;
  return "path" in run
    ? pathGroup(run.path)
    : `${known(run.config_name)} · ${known(run.architecture)}`;
}

const order = ["regression", "newFailure", "unstable", "stillFailing"];

function rankOf(failure: AnyFailure): number {
  const place = order.indexOf(shownClass(failure) ?? "");
  return place < 0 ? order.length : place;
}

function kindRank({ run }: AnyFailure): number {
  if (!("path" in run)) return 0;
  return isBootPath(run.path) ? 1 : 2;
}

/** What is the same on several boards. */
function sameKey(run: AnyFailure["run"]): string {
  return JSON.stringify([run.git_commit_hash, "path" in run ? run.path : run.id]);
}

function countBoards(all: readonly AnyFailure["run"][]): Map<string, number> {
  const found = Map.groupBy(all, sameKey);
  return new Map(
    [...found].map(([key, some]) => [
      key,
      new Set(some.map((run) => ("path" in run ? run.platform : null))).size,
    ]),
  );
}
