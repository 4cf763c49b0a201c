import { outcomeOf, type RunOutcome } from "./words.ts";

/** What a history of runs comes to. */
export type HistoryVerdict = "pass" | "fail" | "fixed" | "regression" | "unstable";

/** How many of the newest runs make a verdict. */
export const verdictRuns = 10;

/**
 * The verdict on runs, newest first: all alike, one change, or anything else. A run that is inconclusive
 * makes it unstable. Undefined where there are no runs.
 */
export function verdictOf(statuses: readonly (string | null)[]): HistoryVerdict | undefined {
  const changes = statuses
    .slice(0, verdictRuns)
    .map(outcomeOf)
    .filter((outcome, at, all) => outcome !== all[at - 1]);
  if (changes.length === 0) return undefined;
  return verdicts[changes.join(" ")] ?? "unstable";
}

const verdicts: Readonly<Record<string, HistoryVerdict>> = {
  pass: "pass",
  fail: "fail",
  "pass fail": "fixed",
  "fail pass": "regression",
};

/** Since when something fails. */
export interface Since<R> {
  /**
   * `new`: it passed the last time; `failing`: several runs have failed since it passed; `never passed`: no
   * run that is known did; `first run`: there is no other.
   */
  readonly state: "new" | "failing" | "never passed" | "first run";
  /** How many runs have failed since it passed. */
  readonly failures: number;
  /** The oldest failure since it passed. */
  readonly since: R;
  /** The last run that passed. */
  readonly lastPassed: R | undefined;
}

/**
 * Since when runs, newest first, fail. Those that are inconclusive are passed over. Undefined where the newest
 * of the others passed, or where there is none.
 */
export function sinceOf<R extends { readonly status: string | null }>(
  runs: readonly R[],
): Since<R> | undefined {
  const conclusive = runs.filter(({ status }) => outcomeOf(status) !== "inconclusive");
  const passed = conclusive.findIndex(({ status }) => outcomeOf(status) === "pass");
  const failed = passed < 0 ? conclusive : conclusive.slice(0, passed);
  const since = failed.at(-1);
  if (!since) return undefined;
  const lastPassed = conclusive[passed];
  return {
    state: stateOf(failed.length, lastPassed !== undefined),
    failures: failed.length,
    since,
    lastPassed,
  };
}

/** How a run stands to the one before it, of the same identity. */
export type ComparisonClass =
  | "regression"
  | "fixed"
  | "stillFailing"
  | "newPass"
  | "newFailure"
  | "appeared"
  | "disappeared";

/** The classes in the order in which they are of interest. */
export const comparisonClasses: readonly ComparisonClass[] = [
  "regression",
  "newFailure",
  "stillFailing",
  "fixed",
  "newPass",
  "appeared",
  "disappeared",
];

/** The class of a pair, the older outcome first; undefined: there is nothing to tell, or no run. */
export function classOf(
  older: RunOutcome | undefined,
  newer: RunOutcome | undefined,
): ComparisonClass | undefined {
  if (newer === undefined) return older && "disappeared";
  return classes[older ?? "none"][newer];
}

// --- internal ---

function stateOf(failures: number, hasPassed: boolean): Since<unknown>["state"] {
  if (hasPassed) return failures === 1 ? "new" : "failing";
  return failures === 1 ? "first run" : "never passed";
}

/** By the older outcome, then the newer; one that is inconclusive now counts as the dashboard does it. */
const classes: Readonly<
  Record<RunOutcome | "none", Readonly<Partial<Record<RunOutcome, ComparisonClass>>>>
> = {
  pass: { fail: "regression", inconclusive: "regression" },
  fail: { pass: "fixed", fail: "stillFailing", inconclusive: "fixed" },
  inconclusive: { pass: "newPass", fail: "newFailure" },
  none: { pass: "newPass", fail: "newFailure", inconclusive: "appeared" },
};
