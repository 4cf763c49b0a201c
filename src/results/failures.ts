import type { Reader } from "../store/reader.ts";
import { ownText, type Statement } from "../store/statement.ts";
import { toScope } from "./checkouts-of.ts";
import type { Filter, Subject } from "./filter.ts";
import { historyRuns, type RunHistory, readPastOfBuilds, readPastOfTests } from "./histories.ts";
import { HistoryMemory } from "./history-memory.ts";
import { newestFirst } from "./identity.ts";
import { type ListOptions, listBuilds, listByKind, maxRows } from "./list-runs.ts";
import { amongLastFailed, type Bound, lastIngested, ofCheckoutIds } from "./recent.ts";
import type { BuildRun, PastRun, TestRun } from "./runs.ts";
import { readTreeHeads, type TreeHead } from "./trees.ts";
import {
  type ComparisonClass,
  classOf,
  type HistoryVerdict,
  type Since,
  sinceOf,
  verdictOf,
} from "./verdict.ts";
import { isBootPath, outcomeOf, unknown } from "./words.ts";

/** Something that failed, and since when. */
export interface Failure<R> {
  readonly run: R;
  /** How it stands to the run before, on an earlier commit; undefined where nothing is to be told. */
  readonly class: ComparisonClass | undefined;
  readonly verdict: HistoryVerdict | undefined;
  readonly since: Since<PastRun> | undefined;
  /** Its runs up to this one, newest first. */
  readonly history: RunHistory<PastRun>;
}

/** A failure of a build or of a test. */
export type AnyFailure = Failure<TestRun> | Failure<BuildRun>;

/** What failed, with what the histories tell, those of most interest first. */
export interface Failures {
  readonly builds: Failure<BuildRun>[];
  readonly boots: Failure<TestRun>[];
  readonly tests: Failure<TestRun>[];
  /** Whether there are more than were read. */
  readonly isCut: boolean;
  /** As of `FailedRuns`. */
  readonly bound?: Bound | undefined;
}

/** How many failures are read, and whether of unknown commits, too. */
export interface FailureOptions {
  /** Of builds, boots and tests each. */
  readonly limit?: number;
  /** Also what waits for its build or checkout, and so is of no commit that is known. */
  readonly withWaiting?: boolean;
  /** The trees that the filter chooses, where they are read already: all of them, the newest first. */
  readonly heads?: readonly TreeHead[] | undefined;
}

/** What failed, without what its histories tell. */
export interface FailedRuns {
  readonly builds: BuildRun[];
  readonly boots: TestRun[];
  readonly tests: TestRun[];
  /** Whether there are more than were read. */
  readonly isCut: boolean;
  /** What was looked at alone for what waits, where not all was. */
  readonly bound?: Bound | undefined;
}

/**
 * What failed: on the newest commit of every tree, or, where the filter names commits, on these. With times,
 * of trees whose newest checkout began within them.
 */
export async function readFailures(
  db: Reader,
  filter: Filter,
  options: FailureOptions = {},
): Promise<Failures> {
  return explainAll(db, await listFailures(db, filter, options));
}

/** The same, only listed: what most of it costs is to look into the past. */
export async function listFailures(
  db: Reader,
  filter: Filter,
  { limit = maxRows, withWaiting = false, heads }: FailureOptions = {},
): Promise<FailedRuns> {
  const failed: Filter = { ...filter, status: filter.status ?? ["FAIL"] };
  const newest = filter.commit ? undefined : await isNewest(db, filter, heads);
  const scopes: Scope[] = [newest?.scope ?? {}];
  if (!filter.commit && withWaiting && mayWait(filter)) scopes.push(await waitingScope(db));
  const all = { builds: [] as BuildRun[], boots: [] as TestRun[], tests: [] as TestRun[] };
  let isCut = newest?.isCut ?? false;
  let bound: Bound | undefined;
  for (const scope of scopes) {
    const shared = { filter: failed, limit };
    const built = await listBuilds(db, { ...shared, ...scope.builds });
    const options = { ...shared, ...scope.tests };
    const [booted, tested] = await listByKind(db, options, scope.first);
    all.builds.push(...built.rows);
    all.boots.push(...booted.rows);
    all.tests.push(...tested.rows);
    isCut ||= [built, booted, tested].some(({ next }) => next !== undefined);
    bound ??= tested.bound ?? built.bound;
  }
  return { ...all, isCut, bound };
}

/** Gives to what is listed what its histories tell, of so many runs; `memory` has what was read before. */
export async function explainAll(
  db: Reader,
  { builds: built, boots, tests: tested, isCut, bound }: FailedRuns,
  { limit = historyRuns, memory = new HistoryMemory() } = {},
): Promise<Failures> {
  const options = { upToItself: true, limit, memory };
  const ofTests = (runs: readonly TestRun[]) => readPastOfTests(db, runs, options);
  const explained = await explainFailures([...boots, ...tested], ofTests);
  const ids = new Set(boots.map(({ id }) => id));
  return {
    builds: await explainFailures(built, (runs) => readPastOfBuilds(db, runs, options)),
    boots: explained.filter(({ run }) => ids.has(run.id)),
    tests: explained.filter(({ run }) => !ids.has(run.id)),
    isCut,
    bound,
  };
}

/** Gives to runs what their histories tell, those of most interest first. */
export async function explainFailures<R extends TestRun | BuildRun>(
  runs: readonly R[],
  read: (runs: readonly R[]) => Promise<Map<string, RunHistory<PastRun>>>,
): Promise<Failure<R>[]> {
  const histories = await read(runs);
  return runs
    .map((run) => explain(run, histories.get(run.id) ?? { runs: [run], isCut: false }))
    .sort((a, b) => rankOf(a) - rankOf(b) || newestFirst(a.run, b.run));
}

// --- internal ---

/** Which builds and tests are meant. */
type Scope = {
  readonly [S in Subject]?: Pick<ListOptions, "where" | "within" | "isOfCheckouts">;
} & {
  /** As of `listByKind`. */
  readonly first?: Statement | undefined;
};

/** So many trees are looked at, the newest first. */
const maxTrees = 1_000;

/** Whether a run is of the newest commit of its tree, and whether there are trees that are not looked at. */
async function isNewest(
  db: Reader,
  filter: Filter,
  known: readonly TreeHead[] | undefined,
): Promise<{ scope: Scope; isCut: boolean }> {
  const { tree, url, branch } = toScope(filter);
  const options = { tree, url, branch, from: filter.from, limit: maxTrees + 1 };
  const heads = known ?? (await readTreeHeads(db, options));
  const ids = heads.slice(0, maxTrees).flatMap(({ checkout_ids }) => checkout_ids);
  const { from, to, status, ...others } = filter;
  // Of all trees many failures are among those that began last.
  const isOfAll = Object.keys(others).length === 0 && (status ?? ["FAIL"]).join() === "FAIL";
  const first = isOfAll ? await amongLastFailed(db, ids) : undefined;
  const scope: Scope = {
    builds: { where: ofCheckoutIds(db.dialect, "builds", ids), isOfCheckouts: true },
    tests: { where: ofCheckoutIds(db.dialect, "tests", ids), isOfCheckouts: true },
    first,
  };
  return { scope, isCut: heads.length > maxTrees };
}

/** What waits is of no tree, so that a filter that names one leaves it out. */
function mayWait({ tree = [], branch = [], url = [] }: Filter): boolean {
  return [tree, branch, url].every((values) => values.length === 0 || values.includes(unknown));
}

/** What waits for its build or checkout, among what was ingested last. */
async function waitingScope(db: Reader): Promise<Scope> {
  const of = async (subject: Subject) => ({
    where: ownText("c.id is null"),
    within: await lastIngested(db, subject),
  });
  return { builds: await of("builds"), tests: await of("tests") };
}

function explain<R extends TestRun | BuildRun>(run: R, history: RunHistory<PastRun>): Failure<R> {
  const statuses = history.runs.map(({ status }) => status);
  // Another run of the same commit is not what was before.
  const earlier = history.runs.find(
    ({ git_commit_hash }) => git_commit_hash !== run.git_commit_hash,
  );
  const before = earlier && outcomeOf(earlier.status);
  return {
    run,
    class: run.checkout_origin === null ? undefined : classOf(before, outcomeOf(run.status)),
    verdict: verdictOf(statuses),
    since: sinceOf(history.runs),
    history,
  };
}

/** Regressions first, what is known to fail last; of tests those that boot first. */
function rankOf({ run, class: found, verdict }: Failure<TestRun | BuildRun>): number {
  const order = ["regression", "newFailure", "unstable", "stillFailing"];
  const name = found === "stillFailing" && verdict === "unstable" ? "unstable" : (found ?? "");
  const place = order.indexOf(name);
  const isBoot = "path" in run && isBootPath(run.path);
  return (place < 0 ? order.length : place) * 2 + (isBoot ? 0 : 1);
}
