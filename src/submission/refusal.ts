/** One mistake in a submission. */
export interface Mistake {
  /** Where, as a JSON path from the root: `$.tests[3].status`. */
  path: string;
  /** Line of the file, from 1; absent where the file has no such place. */
  line?: number;
  /** Column of that line in characters, from 1. */
  column?: number;
  /** What kind of mistake, stable for programs: `type`, `required`, `unknown-field`, `pattern`, `unstorable`, … */
  code: string;
  expected: string;
  got: string;
  /** What to change, in plain words, for the mistakes that submitters make most. */
  hint?: string;
}

/** Where in its way a submission was refused. */
export type Stage = "read" | "parse" | "validate" | "upgrade" | "store";

/** Why, as one stable word; the `reason` of `.error` files, logs and metrics. */
export const reasons = [
  "too-large",
  "empty",
  "not-utf8",
  "not-json",
  "cut-off",
  "too-deep",
  "unknown-version",
  "invalid",
  "upgrade-impossible",
  "unstorable",
  "database",
  "crash-loop",
] as const;
export type Reason = (typeof reasons)[number];

/** Why a submission is refused for good. */
export interface Refusal {
  stage: Stage;
  reason: Reason;
  /** One sentence with the first mistake, for a log line. */
  message: string;
  /** The origins that the submission names, sorted, as far as it can be read. */
  origins: string[];
  /** The version it says it has, as `5.3`; absent when none can be read. */
  version?: string;
  /** The first mistakes, up to the cap. */
  issues: Mistake[];
  /** How many mistakes there are in all, so far as they were counted. */
  issueCount: number;
}
