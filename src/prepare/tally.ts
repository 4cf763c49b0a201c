import { isObject } from "../base/is-object.ts";
import { overflowLabel, toLabel } from "../base/label.ts";
import { type Item, type ListName, listNames, type Submission } from "../submission/submission.ts";

/** How many objects of one kind share an origin, a lab and a platform. */
export interface TallyEntry {
  readonly list: ListName;
  readonly origin: string;
  /** `misc.lab`, else `misc.runtime`, of builds and tests; empty for the other kinds. */
  readonly lab: string;
  /** `environment.misc.platform` of tests; empty for the other kinds. */
  readonly platform: string;
  readonly count: number;
}

/** What submissions hold, in flat objects that cross threads cheaply. */
export type Tally = readonly TallyEntry[];

/** One file may name as many platforms as it has tests: beyond this they share `_other`. */
const maxEntries = 1000;
/** A submission may come to this many entries before those that are alike become one. */
const maxScattered = 5 * maxEntries;
/** Of all the submissions of a batch. */
const maxBatchEntries = 10 * maxEntries;

/**
 * Counts the objects of a submission by kind, origin, lab and platform; label values are ready to use.
 * Entries that are alike may come more than once.
 */
export function tallySubmission(submission: Submission): Tally {
  let entries: Counted[] = [];
  let last: Counted | undefined;
  for (const list of listNames) {
    for (const item of submission[list] ?? []) {
      const entry = entryOf(list, item);
      // Neighbours are mostly alike.
      if (last && isSame(last, entry)) {
        last.count += 1;
        continue;
      }
      if (entries.length >= maxScattered) entries = sumUp([entries], maxEntries);
      entries.push(entry);
      last = entry;
    }
  }
  return entries.length > maxEntries ? sumUp([entries], maxEntries) : entries;
}

/** Makes one tally of those of many submissions; no two of its entries are alike. */
export function sumTallies(tallies: Iterable<Tally>): Tally {
  return sumUp(tallies, maxBatchEntries);
}

/** Makes one tally of those of the parts of one submission, as small as that of a submission. */
export function sumParts(tallies: Iterable<Tally>): Tally {
  return sumUp(tallies, maxEntries);
}

/** How many objects a tally counts, of one kind or of all. */
export function countTally(tally: Tally, list?: ListName): number {
  let count = 0;
  for (const entry of tally) if (list === undefined || entry.list === list) count += entry.count;
  return count;
}

// --- internal ---

type Counted = { -readonly [key in keyof TallyEntry]: TallyEntry[key] };

/** Beyond `max` entries labs and platforms share `_other`, and beyond twice as many the origins do. */
function sumUp(tallies: Iterable<Tally>, max: number): Counted[] {
  const sums = new Map<string, Counted>();
  for (const tally of tallies) {
    for (const one of tally) {
      const isCrowded = sums.size >= max && !sums.has(keyOf(one));
      const entry = isCrowded ? crowd(one, sums.size >= 2 * max) : one;
      const key = keyOf(entry);
      const sum = sums.get(key);
      if (sum) sum.count += entry.count;
      else sums.set(key, { ...entry });
    }
  }
  return [...sums.values()];
}

function entryOf(list: ListName, item: Item): Counted {
  const origin = toLabel(item.origin);
  const lab = list === "builds" || list === "tests" ? labOf(item) : "";
  const platform = list === "tests" ? platformOf(item) : "";
  return { list, origin, lab, platform, count: 1 };
}

function isSame(a: TallyEntry, b: TallyEntry): boolean {
  return a.list === b.list && a.origin === b.origin && a.lab === b.lab && a.platform === b.platform;
}

function keyOf({ list, origin, lab, platform }: TallyEntry): string {
  return `${list}\n${origin}\n${lab}\n${platform}`;
}

function crowd(entry: TallyEntry, foldOrigin: boolean): TallyEntry {
  const fold = (label: string) => (label === "" ? "" : overflowLabel);
  return {
    ...entry,
    origin: foldOrigin ? overflowLabel : entry.origin,
    lab: fold(entry.lab),
    platform: fold(entry.platform),
  };
}

function labOf(item: Item): string {
  const misc = item.misc;
  if (!isObject(misc)) return toLabel(undefined);
  return toLabel(misc.lab ?? misc.runtime);
}

function platformOf(item: Item): string {
  const environment = item.environment;
  const misc = isObject(environment) ? environment.misc : undefined;
  return toLabel(isObject(misc) ? misc.platform : undefined);
}
