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
  submission:
    "Results that one CI system sends at once: the version of the format and lists of objects.",
  version: "The version of the format that the submission is written in.",
  checkout: "The source code that was tested: a commit of a repository, with patches or without.",
  revision: "The source code that was tested; called checkout from 4.0 on.",
  build: "One build of a checkout, for an architecture and a configuration.",
  test: "One run of one test, on one build.",
  issue: "A known problem, in one of its versions.",
  incident: "That an issue was seen in a build or a test, or was not.",
  resource: "A file that is kept elsewhere.",
  environment: "The machine that the test ran on.",
  number: "What the test measured.",
  culprit: "Where the cause of an issue lies.",
};

/** What each value of an enumeration says. */
export const valueDescriptions: Readonly<Record<string, string>> = {
  FAIL: "It failed: what was tested is at fault.",
  ERROR: "It could not be done: the test or the lab is at fault.",
  MISS: "It did not come to run.",
  PASS: "It passed.",
  DONE: "It ran to its end, and gives no verdict.",
  SKIP: "It was left out, as it does not apply.",
  metric: "Prefixes stand for powers of 1000: k, M, G.",
  binary: "Prefixes stand for powers of 1024: Ki, Mi, Gi.",
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
