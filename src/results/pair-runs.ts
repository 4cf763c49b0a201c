import { type Identity, newestFirst, type Ordered } from "./identity.ts";
import { type ComparisonClass, classOf, comparisonClasses } from "./verdict.ts";
import { outcomeOf } from "./words.ts";

/** What a run needs to be compared. */
export type Comparable = Ordered & { readonly status: string | null };

/** The latest runs of one identity on two commits, and how they stand to each other. */
export interface Pair<R> {
  readonly class: ComparisonClass;
  /** The newer run says nothing: a board that was offline is no regression, and its absence no fix. */
  readonly isInconclusive: boolean;
  readonly older: R | undefined;
  readonly newer: R | undefined;
}

/**
 * Pairs the runs of an older and a newer commit by identity, and gives those pairs that have a class: by class
 * first, those that are no longer conclusive last within it.
 */
export function pairRuns<R extends Comparable>(
  older: readonly R[],
  newer: readonly R[],
  identityOf: (run: R) => Identity,
): Pair<R>[] {
  const before = latestOf(older, identityOf);
  const after = latestOf(newer, identityOf);
  const pairs: [Identity, Pair<R>][] = [];
  for (const identity of new Set([...before.keys(), ...after.keys()])) {
    const pair = pairOf(before.get(identity), after.get(identity));
    if (pair) pairs.push([identity, pair]);
  }
  return pairs
    .sort(([a, one], [b, other]) => rankOf(one) - rankOf(other) || (a < b ? -1 : 1))
    .map(([, pair]) => pair);
}

/** How many pairs there are of each class. */
export function countClasses(
  pairs: readonly { readonly class: ComparisonClass }[],
): Record<ComparisonClass, number> {
  const counts = Object.fromEntries(comparisonClasses.map((one) => [one, 0]));
  for (const pair of pairs) counts[pair.class] = (counts[pair.class] ?? 0) + 1;
  return counts as Record<ComparisonClass, number>;
}

/** The latest run of each identity. */
export function latestOf<R extends Ordered>(
  runs: readonly R[],
  identityOf: (run: R) => Identity,
): Map<Identity, R> {
  const latest = new Map<Identity, R>();
  for (const run of runs) {
    const identity = identityOf(run);
    const other = latest.get(identity);
    if (!other || newestFirst(run, other) < 0) latest.set(identity, run);
  }
  return latest;
}

// --- internal ---

function pairOf<R extends Comparable>(
  older: R | undefined,
  newer: R | undefined,
): Pair<R> | undefined {
  const outcome = newer && outcomeOf(newer.status);
  const found = classOf(older && outcomeOf(older.status), outcome);
  if (!found) return undefined;
  return { class: found, isInconclusive: outcome === "inconclusive", older, newer };
}

function rankOf(pair: Pair<unknown>): number {
  return comparisonClasses.indexOf(pair.class) * 2 + (pair.isInconclusive ? 1 : 0);
}
