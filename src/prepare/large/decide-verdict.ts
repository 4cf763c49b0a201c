import { parseExactly } from "../../base/raw-json.ts";
import { explain } from "../../submission/explain.ts";
import { type FoundMistake, Mistakes } from "../../submission/mistakes.ts";
import { maxDepth, parseTextExactly } from "../../submission/parse-text.ts";
import type { Reason, Stage } from "../../submission/refusal.ts";
import { firstOrigins, Origins } from "../../submission/refuse.ts";
import { type ListName, listNames } from "../../submission/submission.ts";
import { waiverOrigin } from "../../submission/upgrade/to-5-0.ts";
import { documentType, type Version } from "../../submission/versions/field.ts";
import { newestVersion } from "../../submission/versions/versions.ts";
import { levelsAroundMisc, oddNumberOf } from "../suspicions.ts";
import type { LargeDocument } from "./document.ts";
import { type Findings, findAll, hasWaivers, keysOf } from "./findings.ts";
import type { LargeWarnings } from "./large-warnings.ts";
import type { ListMistakes } from "./list-mistakes.ts";
import { tooDeepIn } from "./places.ts";
import type { Skeleton } from "./skeleton.ts";
import type { LargeSubmission } from "./submissions.ts";

/** A submission that is good, or why it is not. */
export type LargeVerdict = { origins: string[] } & (
  | { submission: LargeSubmission; counts: Record<ListName, number> }
  | { stage: Stage; reason: Reason; mistakes: Mistakes }
);

/** Checks a document against the rules of its version, in the order in which `readSubmission` does. */
export function* decideVerdict(
  document: LargeDocument,
  skeleton: Skeleton,
  version: Version,
  maxIssues: number,
  warnings?: LargeWarnings,
): Generator<void, LargeVerdict> {
  const findings = yield* findAll(document, version, maxIssues, warnings);
  const { invalid, broken, unstorable, obstacle, waived } = findings;
  const keys = keysOf(document, version, findings);
  const names = [...document.members.keys()];
  const as = (stage: Stage, reason: Reason, mistakes: Mistakes | FoundMistake): LargeVerdict => ({
    origins: originsOf(names, skeleton, findings),
    stage,
    reason,
    mistakes: mistakes instanceof Mistakes ? mistakes : new Mistakes(maxIssues).with(mistakes),
  });

  const ofSkeleton = new Mistakes(maxIssues);
  explain(documentType(version), skeleton.skeleton, ofSkeleton);
  if (invalid.count + ofSkeleton.count > 0) {
    return as("validate", "invalid", inOrder(version, invalid, ofSkeleton, maxIssues));
  }
  const tooDeep = findTooDeep(document, findings);
  if (tooDeep) return as("parse", tooDeep.code as Reason, tooDeep);
  const odd = oddVersionOf(skeleton);
  if (odd && version.major < newestVersion.major) return as("validate", "invalid", odd);
  if (odd) return as("upgrade", "upgrade-impossible", odd);

  const origins = originsOf(keys, skeleton, findings, originsOfWaivers(findings));
  const upgraded = (
    stage: Stage,
    reason: Reason,
    mistakes: Mistakes | FoundMistake,
  ): LargeVerdict => ({
    ...as(stage, reason, mistakes),
    origins,
  });
  const impossible = obstacle.first(keys);
  if (impossible) return upgraded("upgrade", "upgrade-impossible", impossible);
  if (broken.count > 0) {
    const lists = Object.keys(documentType(newestVersion).fields);
    return upgraded("upgrade", "upgrade-impossible", broken.merged(lists));
  }
  if (unstorable.count > 0) {
    return upgraded("validate", "unstorable", unstorable.merged(listNames));
  }
  return {
    origins,
    submission: { document, version, waived },
    counts: countsOf(document, waived),
  };
}

// --- internal ---

/** The mistakes of the lists among those of the rest, in the order of the field table. */
function inOrder(
  version: Version,
  ofLists: ListMistakes,
  ofSkeleton: Mistakes,
  maxIssues: number,
): Mistakes {
  const merged = new Mistakes(maxIssues);
  const fields = Object.keys(documentType(version).fields);
  const placed = Map.groupBy(ofSkeleton.groups, ({ first: { path } }) =>
    path[0] === undefined ? fields.length + 1 : fieldPlace(fields, path[0]),
  );
  for (const [place, field] of [...fields, "", ""].entries()) {
    for (const group of placed.get(place) ?? []) merged.addGroup(group);
    if (field !== "") ofLists.addTo(merged, field);
  }
  merged.addUntold(ofLists.count + ofSkeleton.count - merged.count);
  return merged;
}

/** Unknown fields come behind all others. */
function fieldPlace(fields: readonly string[], name: string | number): number {
  const place = fields.indexOf(String(name));
  return place < 0 ? fields.length : place;
}

/** Nesting that is too deep: in a `misc`, or where numbers cannot be read as they are written. */
function findTooDeep(
  { source, from, outline }: LargeDocument,
  { misc, mayHaveOddVersion }: Findings,
): FoundMistake | undefined {
  if (outline.depth <= maxDepth) {
    const { bytes: offset } = source;
    const [expected, got] = ["JSON that can be read as it is written", "the end of the file"];
    return misc.isUnreadable ? { path: [], code: "not-json", offset, expected, got } : undefined;
  }
  const isReadAsWritten = misc.hasNumbers || mayHaveOddVersion;
  const isTooDeep =
    misc.depth + levelsAroundMisc > maxDepth ||
    misc.isUnreadable ||
    (isReadAsWritten && !canReadExactly(outline.depth));
  return isTooDeep ? tooDeepIn(source, from) : undefined;
}

/** Whether the engine reads numbers as written at this depth: it does not say how deep it goes. */
function canReadExactly(depth: number): boolean {
  return "value" in parseTextExactly("[".repeat(depth) + "]".repeat(depth));
}

function oddVersionOf({ versionText }: Skeleton): FoundMistake | undefined {
  return versionText === undefined ? undefined : oddNumberOf(parseExactly(versionText));
}

/** The first origins, of the fields in this order. */
function originsOf(
  keys: readonly string[],
  { origins: others }: Skeleton,
  { origins }: Findings,
  added = new Origins(),
): string[] {
  const lists = keys.flatMap((key) => {
    const former = key === "checkouts" ? origins.get("revisions") : undefined;
    const list = origins.get(key) ?? others.get(key) ?? former;
    return [...(list ? [list] : []), ...(key === "issues" || key === "incidents" ? [added] : [])];
  });
  return firstOrigins(lists);
}

/** What is there because of waived tests has an origin, too. */
function originsOfWaivers(findings: Findings): Origins {
  const origins = new Origins();
  if (hasWaivers(findings)) origins.add([{ origin: waiverOrigin }]);
  return origins;
}

function countsOf({ members }: LargeDocument, waived: number): Record<ListName, number> {
  const counts = listNames.map((name) => {
    const former = name === "checkouts" ? members.get("revisions") : undefined;
    const added = name === "incidents" ? waived : name === "issues" ? Math.min(1, waived) : 0;
    return [name, ((members.get(name) ?? former)?.count ?? 0) + added];
  });
  return Object.fromEntries(counts) as Record<ListName, number>;
}
