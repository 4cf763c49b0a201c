import type { Reader } from "../store/reader.ts";
import { type FoundRuns, type HistoryLine, HistoryMemory } from "./history-memory.ts";
import {
  type HistorySearch,
  readBuildsAlike,
  readPastBuildsAlike,
  readPastTestsAlike,
  readTestsAlike,
} from "./history-runs.ts";
import {
  buildIdentity,
  type Identity,
  lineIdentity,
  newestFirst,
  testIdentity,
} from "./identity.ts";
import type { BuildRun, PastBuild, PastRun, PastTest, TestRun } from "./runs.ts";
import { verdictRuns } from "./verdict.ts";

/** The runs of one thing, newest first, the one that was asked for among them. */
export interface RunHistory<R> {
  readonly runs: readonly R[];
  /** Whether there may be older runs than these. */
  readonly isCut: boolean;
}

/** How far histories go. */
export interface HistoryOptions {
  /** How many runs of each at most. */
  readonly limit?: number;
  /** Only runs up to the one that is asked for: what was known when it ran. */
  readonly upToItself?: boolean;
}

/** How far the histories of failures go, and what was read before. */
export interface PastOptions extends HistoryOptions {
  readonly memory: HistoryMemory;
}

/** How many runs of a history are read unless it is said otherwise. */
export const historyRuns = 20;

/** The histories of tests, by their ids: runs of the same identity within the same origin, repository and branch. */
export async function readTestHistories(
  db: Reader,
  tests: readonly TestRun[],
  options: HistoryOptions = {},
): Promise<Map<string, RunHistory<TestRun>>> {
  const memory = new HistoryMemory();
  return readHistories(db, tests, testIdentity, { ...options, memory }, readTestsAlike);
}

/** The histories of builds, by their ids. */
export async function readBuildHistories(
  db: Reader,
  builds: readonly BuildRun[],
  options: HistoryOptions = {},
): Promise<Map<string, RunHistory<BuildRun>>> {
  const memory = new HistoryMemory();
  return readHistories(db, builds, buildIdentity, { ...options, memory }, readBuildsAlike);
}

/** The histories of many tests, with what a list of failures tells of runs. */
export async function readPastOfTests(
  db: Reader,
  tests: readonly PastTest[],
  options: PastOptions,
): Promise<Map<string, RunHistory<PastTest>>> {
  return readHistories(db, tests, testIdentity, options, readPastTestsAlike);
}

/** The same of builds. */
export async function readPastOfBuilds(
  db: Reader,
  builds: readonly PastBuild[],
  options: PastOptions,
): Promise<Map<string, RunHistory<PastBuild>>> {
  return readHistories(db, builds, buildIdentity, options, readPastBuildsAlike);
}

// --- internal ---

/**
 * How many checkouts of a line are looked at together: few at first, for most have runs enough there, and where one
 * is missing a few more. What ran on an older checkout later than on these is not seen then.
 */
const checkoutsAtOnce = [1, 1, 3, 20];

/** Runs of one identity that were asked for, and what was found of it. */
interface Thing<R> {
  readonly asked: readonly R[];
  readonly line: HistoryLine;
  readonly identity: Identity;
  readonly found: FoundRuns<R>;
  /** The newest first. */
  runs: readonly R[];
  /** Whether there are checkouts that nobody looked at. */
  isCut: boolean;
}

type Read<R> = (db: Reader, searches: readonly HistorySearch<R>[]) => Promise<R[]>;

async function readHistories<R extends PastRun>(
  db: Reader,
  asked: readonly R[],
  identityOf: (run: R) => Identity,
  { limit = historyRuns, upToItself = false, memory }: PastOptions,
  read: Read<R>,
): Promise<Map<string, RunHistory<R>>> {
  const needed = Math.max(limit, verdictRuns);
  const things = [...Map.groupBy(asked, lineIdentity).values()].flatMap((ofLine) => {
    const line = memory.lineOf(ofLine[0] as R);
    return [...Map.groupBy(ofLine, identityOf)].map(([identity, runs]): Thing<R> => {
      const found = memory.found<R>(line, identity);
      return { asked: runs, line, identity, found, runs, isCut: false };
    });
  });
  const startOf = (runs: readonly R[], run: R) =>
    upToItself ? runs.findIndex(({ id }) => id === run.id) : 0;
  let [open, end] = [things, 0];
  for (const times of checkoutsAtOnce) {
    end += times * needed;
    await memory.readLines(db, oneOfEachLine(open), end);
    await lookUpTo(db, end, open, identityOf, read);
    open = open.filter((thing) => {
      const { line, asked: all } = thing;
      thing.runs = runsUpTo(end, thing);
      thing.isCut = line.checkouts.length > end;
      // Enough of each that was asked for: more runs would tell nothing new.
      const isEnough = all.every((run) => thing.runs.length - startOf(thing.runs, run) >= needed);
      return thing.isCut && !isEnough;
    });
  }
  return new Map(
    things.flatMap(({ asked: all, runs, isCut }) =>
      all.map((run): [string, RunHistory<R>] => {
        const own = runs.slice(startOf(runs, run));
        return [run.id, { runs: own.slice(0, limit), isCut: own.length > limit || isCut }];
      }),
    ),
  );
}

/** One run of each line that things are of. */
function oneOfEachLine<R>(things: readonly Thing<R>[]): R[] {
  return [...new Map(things.map(({ line, asked }) => [line, asked[0] as R])).values()];
}

/** Looks for things on so many checkouts of their lines, on those where nobody did. */
async function lookUpTo<R extends PastRun>(
  db: Reader,
  end: number,
  things: readonly Thing<R>[],
  identityOf: (run: R) => Identity,
  read: Read<R>,
): Promise<void> {
  const wanted = things.filter(
    ({ found, line }) => found.lookedAt < Math.min(end, line.checkouts.length),
  );
  if (wanted.length === 0) return;
  const groups = Map.groupBy(wanted, ({ line, found }) => `${found.lookedAt} ${line.key}`);
  const lineOf = new Map<string | null, HistoryLine>();
  const searches = [...groups.values()].map((some): HistorySearch<R> => {
    const { line, found } = some[0] as Thing<R>;
    const checkouts = line.checkouts.slice(found.lookedAt, end);
    for (const { id } of checkouts) lineOf.set(id, line);
    return { wanted: some.flatMap(({ asked }) => asked), checkouts };
  });
  const byLine = new Map(
    [...Map.groupBy(wanted, ({ line }) => line)].map(([line, some]) => [
      line,
      new Map(some.map(({ identity, found }) => [identity, found])),
    ]),
  );
  for (const run of await read(db, searches)) {
    const line = lineOf.get(run.checkout_id);
    if (line) byLine.get(line)?.get(identityOf(run))?.runs.set(run.id, run);
  }
  for (const { found } of wanted) found.lookedAt = end;
}

/** The runs of a thing on so many checkouts of its line, and those that were asked for. */
function runsUpTo<R extends PastRun>(end: number, { asked, line, found }: Thing<R>): R[] {
  const runs = new Map(asked.map((run) => [run.id, run]));
  const isAll = found.lookedAt <= end;
  for (const [id, run] of found.runs) {
    if (isAll || (line.places.get(run.checkout_id ?? "") ?? 0) < end) runs.set(id, run);
  }
  return [...runs.values()].sort(newestFirst);
}
