import { operationOutputs } from "./json-outputs/operation.ts";
import { resultsOutputs } from "./json-outputs/results.ts";
import { submissionOutputs } from "./json-outputs/submissions.ts";

/** What a command prints with `--json`. */
export interface JsonOutput {
  /** One more when a field goes or means something else; new fields may come at any time. */
  readonly version: number;
  /** One object a line, rather than one in all. */
  readonly isLines?: true;
  /**
   * What each field is. `a.b` is within `a`, `a[].b` within each object of a list, `a.*` stands for names that
   * depend on what there is. One that ends in `?` may be absent.
   */
  readonly fields: Readonly<Record<string, string>>;
}

/** Every `--json`, by command. The guide shows it, and a test holds the outputs against it. */
export const jsonOutputs = {
  ...submissionOutputs,
  ...resultsOutputs,
  ...operationOutputs,
} as const satisfies Readonly<Record<string, JsonOutput>>;

/** A command that has `--json`. */
export type JsonCommand = keyof typeof jsonOutputs;

/** What a command prints, with the version of its fields. */
export function versioned<T extends object>(
  command: JsonCommand,
  value: T,
): T & { json_version: number } {
  return { json_version: jsonOutputs[command].version, ...value };
}
