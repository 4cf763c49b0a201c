import type { Edit, Fix } from "./hints/fix.ts";

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
  /** How often the same mistake is made, here and in other objects; absent: once. */
  times?: number;
  /** Its first places, this one among them, where there are several. */
  places?: MistakePlace[];
  /** What to change, in plain words. */
  hint?: string;
  /** The same for programs, where it was asked for: a JSON Patch of the document (RFC 6902). */
  fix?: Fix;
  /** The same of a file that is not JSON: UTF-16 units of its text, from 0. */
  edit?: Edit;
}

/** Where a mistake is made, as in `Mistake`. */
export type MistakePlace = Pick<Mistake, "path" | "line" | "column">;

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
  "too-complex",
  "unknown-version",
  "invalid",
  "upgrade-impossible",
  "unstorable",
  "database",
  "crash-loop",
] as const;
/** Why a submission is refused, in one word. */
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
  /** The mistakes in the order of the file, one of each kind, up to the cap. */
  issues: Mistake[];
  /** How many mistakes there are in all, so far as they were counted. */
  issueCount: number;
}
