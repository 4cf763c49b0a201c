import { type Item, type ListName, listNames, type Submission } from "../submission/submission.ts";
import { overflowLabel, toLabel } from "./label.ts";

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

/** What one submission holds, in a few flat objects that cross threads cheaply. */
export type Tally = readonly TallyEntry[];

/** One file may name as many platforms as it has tests: beyond this they share `_other`. */
const maxEntries = 1000;

/** And beyond this, which only a hostile file reaches, so do its origins. */
const maxCrowdedEntries = 2 * maxEntries;

type Cell = Omit<TallyEntry, "count">;
type Counted = Cell & { count: number };

/** Counts the objects of a submission by kind, origin, lab and platform; label values are ready to use. */
export function tallySubmission(submission: Submission): Tally {
  const entries = new Map<string, Counted>();
  let last: Counted | undefined;
  for (const list of listNames) {
    for (const item of submission[list] ?? []) {
      let cell = cellOf(list, item);
      // Neighbours are mostly alike.
      if (last && isSame(last, cell)) {
        last.count += 1;
        continue;
      }
      if (entries.size >= maxEntries && !entries.has(keyOf(cell))) {
        cell = crowd(cell, entries.size >= maxCrowdedEntries);
      }
      const key = keyOf(cell);
      last = entries.get(key) ?? { ...cell, count: 0 };
      last.count += 1;
      entries.set(key, last);
    }
  }
  return [...entries.values()];
}

/** How many objects a tally counts, of one kind or of all. */
export function countTally(tally: Tally, list?: ListName): number {
  let count = 0;
  for (const entry of tally) if (list === undefined || entry.list === list) count += entry.count;
  return count;
}

function cellOf(list: ListName, item: Item): Cell {
  const origin = toLabel(item.origin);
  const lab = list === "builds" || list === "tests" ? labOf(item) : "";
  const platform = list === "tests" ? platformOf(item) : "";
  return { list, origin, lab, platform };
}

function isSame(a: Cell, b: Cell): boolean {
  return a.list === b.list && a.origin === b.origin && a.lab === b.lab && a.platform === b.platform;
}

function keyOf(cell: Cell): string {
  return `${cell.list}\n${cell.origin}\n${cell.lab}\n${cell.platform}`;
}

function crowd(cell: Cell, foldOrigin: boolean): Cell {
  const fold = (label: string) => (label === "" ? "" : overflowLabel);
  return {
    list: cell.list,
    origin: foldOrigin ? overflowLabel : cell.origin,
    lab: fold(cell.lab),
    platform: fold(cell.platform),
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
