import type { BuildRun, OfBuild, OfCheckout, TestRun } from "./runs.ts";
import { known } from "./words.ts";

/** What tells runs of the same thing from others; a text that nobody told is as good as the next. */
export type Identity = string;

/** What an identity is made of. */
export type IdentityPart = (typeof testParts)[number];

const buildParts = ["config_name", "architecture", "compiler"] as const;
const testParts = ["path", "platform", ...buildParts] as const;

/** Of a test: also where it ran and what was built for it, so that only the kernel differs. */
export function testIdentity(run: Pick<TestRun, IdentityPart>): Identity {
  return keyOf(testParts.map((part) => run[part]));
}

/** Of a build. */
export function buildIdentity(run: OfBuild): Identity {
  return keyOf(buildParts.map((part) => run[part]));
}

/** Of a test in a comparison, where the dashboard does not look at the compiler. */
export function comparedTestIdentity(run: Pick<TestRun, IdentityPart>): Identity {
  const parts = testParts.filter((part) => part !== "compiler");
  return keyOf(parts.map((part) => run[part]));
}

/** Within what runs of one identity follow each other. */
export function lineIdentity(run: OfCheckout): Identity {
  return keyOf([run.checkout_origin, run.git_repository_url, run.git_repository_branch]);
}

/** What the order of runs goes by. */
export type Ordered = Pick<TestRun | BuildRun, "id" | "start_time" | "_timestamp">;

/** The newest run first: by start, ingestion and id; those that do not say when they began are the oldest. */
export function newestFirst(a: Ordered, b: Ordered): number {
  return (
    compareTexts(b.start_time, a.start_time) ||
    compareTexts(b._timestamp, a._timestamp) ||
    compareTexts(b.id, a.id)
  );
}

// --- internal ---

function keyOf(parts: readonly (string | null)[]): Identity {
  return JSON.stringify(parts.map(known));
}

function compareTexts(a: string | null, b: string | null): number {
  const [left, right] = [a ?? "", b ?? ""];
  return left < right ? -1 : left > right ? 1 : 0;
}
