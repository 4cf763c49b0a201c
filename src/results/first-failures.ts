import type { Reader } from "../store/reader.ts";
import {
  type AnyFailure,
  explainFailures,
  type Failure,
  type FailureOptions,
  listFailures,
} from "./failures.ts";
import type { Filter } from "./filter.ts";
import { historyRuns, readPastOfBuilds, readPastOfTests } from "./histories.ts";
import { HistoryMemory } from "./history-memory.ts";
import { maxRows } from "./list-runs.ts";
import type { Bound } from "./recent.ts";
import type { BuildRun, TestRun } from "./runs.ts";
import { verdictRuns } from "./verdict.ts";

/** The failures of most interest: of builds, then boots, then tests. */
export interface FirstFailures {
  readonly rows: AnyFailure[];
  /** Whether there are more. */
  readonly isCut: boolean;
  /** As of `FailedRuns`. */
  readonly bound?: Bound | undefined;
}

/**
 * The first so many of what `readFailures` finds. Looks into the past of those alone that are among them, or
 * have to be compared with them.
 */
export async function readFirstFailures(
  db: Reader,
  filter: Filter,
  options: FailureOptions = {},
): Promise<FirstFailures> {
  const { limit = maxRows } = options;
  const { builds, boots, tests, isCut, bound } = await listFailures(db, filter, options);
  const rows: AnyFailure[] = [];
  const add = async <R extends BuildRun | TestRun>(runs: readonly R[], explain: Explain<R>) => {
    const some = await firstOf(runs, limit - rows.length, explain);
    rows.push(...(some as unknown as AnyFailure[]));
  };
  const memory = new HistoryMemory();
  const ofTests: Explain<TestRun> = (runs, count) =>
    explainFailures(runs, (wanted) =>
      readPastOfTests(db, wanted, { upToItself: true, limit: count, memory }),
    );
  await add(builds, (runs, count) =>
    explainFailures(runs, (wanted) =>
      readPastOfBuilds(db, wanted, { upToItself: true, limit: count, memory }),
    ),
  );
  await add(boots, ofTests);
  await add(tests, ofTests);
  const total = builds.length + boots.length + tests.length;
  return { rows, isCut: isCut || total > rows.length, bound };
}

// --- internal ---

type Explain<R> = (runs: readonly R[], count: number) => Promise<Failure<R>[]>;

/** Fewer runs say which come first; of those that do more are read. */
async function firstOf<R extends BuildRun | TestRun>(
  runs: readonly R[],
  limit: number,
  explain: Explain<R>,
): Promise<Failure<R>[]> {
  if (runs.length === 0 || limit <= 0) return [];
  if (runs.length <= limit) return explain(runs, historyRuns);
  const first = (await explain(runs, verdictRuns)).slice(0, limit);
  return explain(
    first.map(({ run }) => run),
    historyRuns,
  );
}
