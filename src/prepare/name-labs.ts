import { automaticLab, labFields } from "../rows/main-tables.ts";
import type { Item, Submission } from "../submission/submission.ts";

/** Runtimes that stand for a machine of the lab itself rather than for a lab. */
const automatic = /^(?:shell|k8s[^\n]*)\n?$/;

/**
 * Names the lab of every build (`misc.lab`) and test (`misc.runtime`): an automatic runtime moves to
 * `misc.automatic_lab`, and a missing, empty or moved one becomes the object's origin
 * (`prepare/README.md` 2). Changes the submission in place.
 */
export function nameLabs(submission: Submission): void {
  for (const build of submission.builds ?? []) nameLab(build, labFields.builds);
  for (const test of submission.tests ?? []) nameLab(test, labFields.tests);
}

function nameLab(item: Item, field: string): void {
  let misc = item.misc as Record<string, unknown> | undefined;
  if (misc === undefined) item.misc = misc = {};
  const lab = Object.hasOwn(misc, field) ? misc[field] : undefined;
  if (typeof lab === "string" && automatic.test(lab)) misc[automaticLab] = lab;
  else if (lab !== undefined && lab !== null && lab !== "") return;
  misc[field] = item.origin;
}
