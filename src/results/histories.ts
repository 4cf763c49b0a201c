import type { Reader } from "../store/reader.ts";
import { inScope } from "./checkouts-of.ts";
import { type HistorySearch, readBuildsAlike, readTestsAlike } from "./history-runs.ts";
import {
  buildIdentity,
  type Identity,
  lineIdentity,
  newestFirst,
  testIdentity,
} from "./identity.ts";
import { type BuildRun, type Checkout, readCheckouts, type TestRun } from "./runs.ts";
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

/** How many runs of a history are read unless it is said otherwise. */
export const historyRuns = 20;

/** The histories of tests, by their ids: runs of the same identity within the same origin, repository and branch. */
export async function readTestHistories(
  db: Reader,
  tests: readonly TestRun[],
  options: HistoryOptions = {},
): Promise<Map<string, RunHistory<TestRun>>> {
  return readHistories(db, tests, testIdentity, options, readTestsAlike);
}

/** The histories of builds, by their ids. */
export async function readBuildHistories(
  db: Reader,
  builds: readonly BuildRun[],
  options: HistoryOptions = {},
): Promise<Map<string, RunHistory<BuildRun>>> {
  return readHistories(db, builds, buildIdentity, options, readBuildsAlike);
}

// --- internal ---

/**
 * How many checkouts of a line are looked at together: few at first, for most have runs enough there. What ran on
 * an older checkout later than on these is not seen then.
 */
const checkoutsAtOnce = [1, 4, 20];

/** The runs of one thing that were found, those that were asked for among them. */
interface Thing<R> {
  readonly asked: readonly R[];
  readonly found: Map<string, R>;
  /** Whether there are checkouts that nobody looked at. */
  isCut: boolean;
}

/** What runs of one origin, repository and branch are looked for, and where. */
interface LineSearch<R> {
  readonly things: Map<Identity, Thing<R>>;
  /** Things of which there may be more runs that matter. */
  readonly open: Set<Identity>;
  /** The newest first. */
  readonly checkouts: readonly Checkout[];
}

async function readHistories<R extends TestRun | BuildRun>(
  db: Reader,
  asked: readonly R[],
  identityOf: (run: R) => Identity,
  { limit = historyRuns, upToItself = false }: HistoryOptions,
  read: (db: Reader, searches: readonly HistorySearch<R>[]) => Promise<R[]>,
): Promise<Map<string, RunHistory<R>>> {
  const needed = Math.max(limit, verdictRuns);
  const ofLines = await checkoutsOfLines(db, asked);
  const lines = new Map<Identity, LineSearch<R>>();
  for (const [key, ofLine] of Map.groupBy(asked, lineIdentity)) {
    const [first] = ofLine;
    if (!first) continue;
    const things = new Map(
      [...Map.groupBy(ofLine, identityOf)].map(([identity, runs]): [Identity, Thing<R>] => [
        identity,
        { asked: runs, found: new Map(runs.map((run) => [run.id, run])), isCut: false },
      ]),
    );
    const checkouts = ofLines.get(lineOf({ ...first, origin: first.checkout_origin ?? "" })) ?? [];
    lines.set(key, { things, open: new Set(things.keys()), checkouts });
  }
  const runsOf = ({ found }: Thing<R>) => [...found.values()].sort(newestFirst);
  const startOf = (runs: readonly R[], run: R) =>
    upToItself ? runs.findIndex(({ id }) => id === run.id) : 0;
  let from = 0;
  for (const times of checkoutsAtOnce) {
    const open = [...lines.values()].filter((line) => line.open.size > 0);
    const size = times * needed;
    const searches = open.map(({ things, open: left, checkouts }) => ({
      wanted: [...left].flatMap((identity) => things.get(identity)?.asked ?? []),
      checkouts: checkouts.slice(from, from + size),
    }));
    from += size;
    const some = searches.filter(({ checkouts }) => checkouts.length > 0);
    for (const run of some.length > 0 ? await read(db, some) : []) {
      lines.get(lineIdentity(run))?.things.get(identityOf(run))?.found.set(run.id, run);
    }
    for (const line of open) {
      const hasMore = line.checkouts.length > from;
      for (const identity of line.open) {
        const thing = line.things.get(identity) as Thing<R>;
        const runs = runsOf(thing);
        thing.isCut = hasMore;
        // Enough of each that was asked for: more runs would tell nothing new.
        const isEnough = thing.asked.every((run) => runs.length - startOf(runs, run) >= needed);
        if (isEnough || !hasMore) line.open.delete(identity);
      }
    }
  }
  const histories = new Map<string, RunHistory<R>>();
  for (const { things } of lines.values()) {
    for (const thing of things.values()) {
      const runs = runsOf(thing);
      for (const run of thing.asked) {
        const own = runs.slice(startOf(runs, run));
        histories.set(run.id, {
          runs: own.slice(0, limit),
          isCut: own.length > limit || thing.isCut,
        });
      }
    }
  }
  return histories;
}

/** The checkouts of the origins, repositories and branches of runs, the newest first, by line. */
async function checkoutsOfLines(
  db: Reader,
  runs: readonly (TestRun | BuildRun)[],
): Promise<Map<string, Checkout[]>> {
  const placed = runs.filter(({ checkout_origin }) => checkout_origin !== null);
  const each = <T>(read: (run: TestRun | BuildRun) => T) => [...new Set(placed.map(read))];
  if (placed.length === 0) return new Map();
  const scope = inScope({
    origin: each((run) => run.checkout_origin ?? ""),
    url: each((run) => run.git_repository_url),
    branch: each((run) => run.git_repository_branch),
  });
  return Map.groupBy((await readCheckouts(db, scope)).sort(newestFirst), lineOf);
}

type Line = Pick<Checkout, "origin" | "git_repository_url" | "git_repository_branch">;

function lineOf({ origin, git_repository_url, git_repository_branch }: Line): string {
  return JSON.stringify([origin, git_repository_url, git_repository_branch]);
}
