import type { FieldDescription, FieldDescriptions } from "./description.ts";
import { incidentDescriptions, issueDescriptions } from "./issues.ts";
import { partFields } from "./parts.ts";
import { buildDescriptions, checkoutDescriptions } from "./results.ts";
import { testDescriptions } from "./tests.ts";

/** Describes a field; its object is called as in messages, `checkout` or `resource`. */
export function describeField(owner: string, field: string): FieldDescription | undefined {
  const known = fieldsByOwner[owner === "revision" ? "checkout" : owner];
  return known && Object.hasOwn(known, field) ? known[field] : undefined;
}

/** What one object of each kind stands for. */
export const objectDescriptions: Readonly<Record<string, string>> = {
  submission: "Results sent together: the version of the format and lists of objects.",
  version: "The version of the format of this submission.",
  checkout: "The source code that was tested: a commit of a repository, with or without patches.",
  revision: "The source code that was tested; called checkout from 4.0 on.",
  build: "One build of a checkout, for an architecture and a configuration.",
  test: "One run of one test, on one build.",
  issue: "A known problem, in one of its versions.",
  incident: "States that an issue was found, or not found, in a build or test.",
  resource: "A file stored elsewhere.",
  environment: "The machine that the test ran on.",
  number: "What the test measured.",
  culprit: "Where the cause of an issue is.",
};

/** What each value of an enumeration says. */
export const valueDescriptions: Readonly<Record<string, string>> = {
  FAIL: "It failed: what was tested is broken.",
  ERROR: "It could not be completed: the test or the lab is broken.",
  MISS: "It was not run.",
  PASS: "It passed.",
  DONE: "It completed, without a verdict.",
  SKIP: "It was skipped, as it does not apply.",
  metric: "Prefixes are powers of 1000: k, M, G.",
  binary: "Prefixes are powers of 1024: Ki, Mi, Gi.",
};

// --- internal ---

const fieldsByOwner: Readonly<Record<string, FieldDescriptions>> = {
  ...partFields,
  checkout: checkoutDescriptions,
  build: buildDescriptions,
  test: testDescriptions,
  issue: issueDescriptions,
  incident: incidentDescriptions,
};
