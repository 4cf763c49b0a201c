import { overflowLabel } from "../base/label.ts";
import type { WarningKind } from "../submission/warnings/kinds.ts";

/** How many submissions have a warning of a kind. */
export type KindCounts = Readonly<Partial<Record<WarningKind, number>>>;

/** What was odd about the submissions of an origin that were looked at. */
export interface WarningEntry {
  /** Ready to be a label. */
  readonly origin: string;
  /** How many submissions were looked at, and how many of them have a warning. */
  readonly lookedAt: number;
  readonly warned: number;
  /** How many have a warning of a kind. */
  readonly kinds: KindCounts;
  /** One that has a warning, by the name of its file. */
  readonly example?: string | undefined;
}

/** What was odd about submissions, in flat objects that cross threads cheaply. */
export type WarningTally = readonly WarningEntry[];

/** Beyond so many origins the others share `_other`. */
const maxOrigins = 200;

/** Makes one tally of those of many submissions; no two of its entries are of one origin. */
export function sumWarnings(tallies: Iterable<WarningTally>): WarningTally {
  const sums = new Map<string, WarningEntry>();
  for (const tally of tallies) {
    for (const one of tally) {
      const isCrowded = sums.size >= maxOrigins && !sums.has(one.origin);
      const origin = isCrowded ? overflowLabel : one.origin;
      const sum = sums.get(origin);
      sums.set(origin, sum ? add(sum, one) : { ...one, origin });
    }
  }
  return [...sums.values()];
}

/** The sum of two counts. */
export function addKinds(one: KindCounts, other: KindCounts): KindCounts {
  const sum: Partial<Record<WarningKind, number>> = { ...one };
  for (const [kind, count] of Object.entries(other) as [WarningKind, number][]) {
    sum[kind] = (sum[kind] ?? 0) + count;
  }
  return sum;
}

// --- internal ---

function add(sum: WarningEntry, one: WarningEntry): WarningEntry {
  return {
    origin: sum.origin,
    lookedAt: sum.lookedAt + one.lookedAt,
    warned: sum.warned + one.warned,
    kinds: addKinds(sum.kinds, one.kinds),
    example: sum.example ?? one.example,
  };
}
