import type { Reader } from "../store/reader.ts";
import { allOf, isOneOf, ownText, type Statement, sql } from "../store/statement.ts";
import { inScope } from "./checkouts-of.ts";
import { select } from "./field.ts";
import {
  buildIdentity,
  type Identity,
  lineIdentity,
  newestFirst,
  type Ordered,
  testIdentity,
} from "./identity.ts";
import {
  type BuildRun,
  type Checkout,
  checkoutFields,
  readBuilds,
  readTests,
  type TestRun,
} from "./runs.ts";
import { verdictRuns } from "./verdict.ts";
import { isRealBuild, known, outcomeOf, unknown } from "./words.ts";

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
  return readHistories(db, tests, testIdentity, options, (checkouts, wanted) =>
    readTests(
      db,
      allOf([
        checkouts,
        isAnyOfThese(
          "t.path",
          wanted.map(({ path }) => path),
        ),
        ...builtAs(wanted),
      ]),
    ),
  );
}

/** The histories of builds, by their ids. */
export async function readBuildHistories(
  db: Reader,
  builds: readonly BuildRun[],
  options: HistoryOptions = {},
): Promise<Map<string, RunHistory<BuildRun>>> {
  return readHistories(db, builds, buildIdentity, options, (checkouts, wanted) =>
    readBuilds(db, allOf([checkouts, isRealBuild, ...builtAs(wanted)])),
  );
}

// --- internal ---

/**
 * How many checkouts are looked at together: of many things few at first, for most have runs enough there.
 * What ran on an older checkout later than on these is not seen then.
 */
const checkoutsAtOnce = { few: [200, 300], many: [20, 80, 400] } as const;
const fewThings = 5;

async function readHistories<R extends TestRun | BuildRun>(
  db: Reader,
  asked: readonly R[],
  identityOf: (run: R) => Identity,
  { limit = historyRuns, upToItself = false }: HistoryOptions,
  read: (checkouts: Statement, wanted: readonly R[]) => Promise<R[]>,
): Promise<Map<string, RunHistory<R>>> {
  const histories = new Map<string, RunHistory<R>>();
  const needed = Math.max(limit, verdictRuns);
  const lines = await checkoutsOfLines(db, asked);
  for (const ofLine of Map.groupBy(asked, lineIdentity).values()) {
    const [first] = ofLine;
    if (!first) continue;
    const found = new Map(
      [...Map.groupBy(ofLine, identityOf)].map(([identity, runs]) => [
        identity,
        new Map(runs.map((run) => [run.id, run])),
      ]),
    );
    const open = new Set(found.keys());
    const sizes: readonly number[] = checkoutsAtOnce[found.size > fewThings ? "many" : "few"];
    const all = lines.get(lineOf({ ...first, origin: first.checkout_origin ?? "" })) ?? [];
    let isCut = all.length > sizes.reduce((sum, size) => sum + size, 0);
    for (const ids of inSizes(all, sizes)) {
      if (open.size === 0) {
        isCut = true;
        break;
      }
      const wanted = ofLine.filter((run) => open.has(identityOf(run)));
      for (const run of await read(isOneOf(ownText("b.checkout_id"), ids), wanted)) {
        found.get(identityOf(run))?.set(run.id, run);
      }
      for (const identity of open) if (isEnough(found.get(identity), needed)) open.delete(identity);
    }
    for (const run of ofLine) {
      const sorted = [...(found.get(identityOf(run))?.values() ?? [])].sort(newestFirst);
      const from = upToItself ? sorted.findIndex(({ id }) => id === run.id) : 0;
      const runs = sorted.slice(from);
      histories.set(run.id, {
        runs: runs.slice(0, limit),
        isCut: runs.length > limit || isCut,
      });
    }
  }
  return histories;
}

/** Whether more runs of one thing would tell nothing new. */
function isEnough(
  runs: ReadonlyMap<string, { status: string | null }> | undefined,
  needed: number,
) {
  if (!runs || runs.size < needed) return false;
  return [...runs.values()].some(({ status }) => outcomeOf(status) === "pass");
}

/** The ids of the checkouts of the origins, repositories and branches of runs, the newest first, by line. */
async function checkoutsOfLines(
  db: Reader,
  runs: readonly (TestRun | BuildRun)[],
): Promise<Map<string, string[]>> {
  const placed = runs.filter(({ checkout_origin }) => checkout_origin !== null);
  const each = <T>(read: (run: TestRun | BuildRun) => T) => [...new Set(placed.map(read))];
  if (placed.length === 0) return new Map();
  const scope = inScope({
    origin: each((run) => run.checkout_origin ?? ""),
    url: each((run) => run.git_repository_url),
    branch: each((run) => run.git_repository_branch),
  });
  const { id, origin, git_repository_url, git_repository_branch, start_time, _timestamp } =
    checkoutFields;
  const all = await select<Line & Ordered>(
    db,
    { id, origin, git_repository_url, git_repository_branch, start_time, _timestamp },
    sql`from checkouts c where ${scope}`,
  );
  const lines = Map.groupBy(all.sort(newestFirst), lineOf);
  return new Map([...lines].map(([line, list]) => [line, list.map((one) => one.id)]));
}

type Line = Pick<Checkout, "origin" | "git_repository_url" | "git_repository_branch">;

function lineOf({ origin, git_repository_url, git_repository_branch }: Line): string {
  return JSON.stringify([origin, git_repository_url, git_repository_branch]);
}

/** The ids in parts. */
function* inSizes(ids: readonly string[], sizes: readonly number[]): Generator<string[]> {
  let from = 0;
  for (const size of sizes) {
    if (from >= ids.length) return;
    yield ids.slice(from, from + size);
    from += size;
  }
}

/** Conditions that hold for builds `b` which may be those of the runs. */
function builtAs(runs: readonly (TestRun | BuildRun)[]): Statement[] {
  return [
    isAnyOfThese(
      "b.config_name",
      runs.map((run) => run.config_name),
    ),
    isAnyOfThese(
      "b.architecture",
      runs.map((run) => run.architecture),
    ),
  ];
}

/** Whether an expression is one of the texts; one that nobody told is any of the ways to say so. */
function isAnyOfThese(expression: string, texts: readonly (string | null)[]): Statement {
  const all = new Set(texts.map(known));
  // A list that is too long to be sent chooses hardly anything.
  if (all.size > 10_000) return allOf([]);
  if (!all.has(unknown)) return isOneOf(ownText(expression), [...all]);
  const isKnown = isOneOf(ownText(expression), [...all, ""]);
  return sql`(${isKnown} or ${ownText(expression)} is null)`;
}
