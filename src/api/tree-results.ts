import { newestFirst } from "../results/identity.ts";
import { readInParts } from "../results/in-parts.ts";
import type { Checkout } from "../results/runs.ts";
import { isBootPath, isRealBuild, type TestKind } from "../results/words.ts";
import type { Reader } from "../store/reader.ts";
import { allOf, isOneOf, ownText, type Statement, sql } from "../store/statement.ts";
import { type ApiEndpoint, type ApiRequest, nothing } from "./answer.ts";
import {
  type FoundIssue,
  incidentsOfBuilds,
  incidentsOfTests,
  issueIdsOf,
  ofBuildAlone,
} from "./incidents-of.ts";
import {
  type ApiBuild,
  type ApiTest,
  hardwareKey,
  passesBuild,
  passesTest,
  readApiBuilds,
  readApiTests,
  toBuildItem,
  toTestItem,
} from "./items.ts";
import { checkoutsOfResolved, matchingCheckouts } from "./matching-checkouts.ts";
import { filtersOfQuery, requiredParameter } from "./parameters.ts";
import { offeredFilters, sortedSet, sumUpBuilds, sumUpTests } from "./summary.ts";
import { askedTree } from "./trees.ts";

const noResults = "No results available for this tree/branch/commit";
const noBuilds = "No builds available for this tree/branch/commit";

/** `tree/C/summary`: what was found of a commit, counted in every way. */
export const treeSummary: ApiEndpoint = async (asked) => {
  const { db, names, query } = asked;
  const tree = askedTree(asked);
  const checkouts = await matchingCheckouts(db, names[0] ?? "", tree);
  const hasBuilds = await anyBuild(db, checkouts);
  if (!hasBuilds) return nothing(noResults);
  const builds = await ofCheckouts(checkouts, (where) =>
    readApiBuilds(db, allOf([where, isRealBuild])),
  );
  const all = await ofCheckouts(checkouts, (where) => readApiTests(db, where));
  const found = {
    builds: await ofCheckouts(checkouts, (where) =>
      incidentsOfBuilds(db, allOf([where, ofBuildAlone])),
    ),
    tests: await ofCheckouts(checkouts, (where) => incidentsOfTests(db, where)),
  };
  const [boots, tests] = byKind(all);
  const filters = filtersOfQuery(query);
  const issues = issueIdsOf([...found.builds, ...found.tests]);
  const kept = (kind: TestKind, list: readonly ApiTest[]) =>
    list.filter((test) => passesTest(test, kind, filters, issues));
  const newest = checkouts.sort(newestFirst)[0];
  return {
    common: {
      hardware: sortedSet(all.map(hardwareKey)),
      tree_url: tree.url ?? "",
      git_commit_tags: newest?.git_commit_tags ?? null,
    },
    summary: {
      builds: sumUpBuilds(
        builds.filter((build) => passesBuild(build, filters, issues)),
        found.builds,
      ),
      boots: sumUpTests(kept("boot", boots), found.tests),
      tests: sumUpTests(kept("test", tests), found.tests),
    },
    filters: offeredFilters(builds, boots, tests, found),
  };
};

/** `tree/C/builds`. */
export const treeBuilds: ApiEndpoint = async (asked) => {
  const { db, query } = asked;
  const checkouts = await resolved(asked);
  if (checkouts.length === 0) return nothing(noResults);
  const builds = await ofCheckouts(checkouts, (where) =>
    readApiBuilds(db, allOf([where, isRealBuild])),
  );
  if (builds.length === 0) return nothing(noBuilds);
  const filters = filtersOfQuery(query);
  const issues = filters.has("build.issue")
    ? issueIdsOf(
        await ofCheckouts(checkouts, (where) =>
          incidentsOfBuilds(db, allOf([where, ofBuildAlone])),
        ),
      )
    : new Map();
  const kept = builds.filter((build) => passesBuild(build, filters, issues));
  return { builds: kept.sort(newestStart).map(toBuildItem) };
};

/** `tree/C/boots` and `tree/C/tests`. */
export function treeTests(kind: TestKind): ApiEndpoint {
  return async (asked) => {
    const { db, query } = asked;
    const checkouts = await resolved(asked);
    if (checkouts.length === 0) return nothing(noResults);
    const withEnvironment = query.get("full_environment_misc") === "true";
    const all = await ofCheckouts(checkouts, (where) =>
      readApiTests(db, where, { withEnvironment }),
    );
    const filters = filtersOfQuery(query);
    const found: FoundIssue[] = filters.has(`${kind}.issue`)
      ? await ofCheckouts(checkouts, (where) => incidentsOfTests(db, where))
      : [];
    const issues = issueIdsOf(found);
    const list = byKind(all)[kind === "boot" ? 0 : 1];
    const kept = list.filter((test) => passesTest(test, kind, filters, issues));
    return { [`${kind}s`]: kept.sort(newestStart).map(toTestItem) };
  };
}

/** Boots and the other tests. */
export function byKind<T extends { readonly path: string | null }>(
  tests: readonly T[],
): [boots: T[], tests: T[]] {
  return [
    tests.filter(({ path }) => isBootPath(path)),
    tests.filter(({ path }) => !isBootPath(path)),
  ];
}

/** The newest start first, those without one last; ties by id. */
export function newestStart(
  a: Pick<ApiBuild, "start_time" | "id">,
  b: Pick<ApiBuild, "start_time" | "id">,
): number {
  const [left, right] = [a.start_time ?? "", b.start_time ?? ""];
  return left === right ? (a.id < b.id ? -1 : 1) : left < right ? 1 : -1;
}

// --- internal ---

async function resolved(asked: ApiRequest): Promise<Checkout[]> {
  const { db, names, query } = asked;
  for (const name of ["git_url", "git_branch"]) requiredParameter(query, name);
  return checkoutsOfResolved(db, names[0] ?? "", askedTree(asked));
}

async function anyBuild(db: Reader, checkouts: readonly Checkout[]): Promise<boolean> {
  const found = await ofCheckouts(checkouts, (where) =>
    db.query(sql`select 1 as found from builds b where ${where} limit 1`),
  );
  return found.length > 0;
}

/** Reads what is of some checkouts, by a condition on builds `b`. */
async function ofCheckouts<R>(
  checkouts: readonly Checkout[],
  read: (where: Statement) => Promise<readonly R[]>,
): Promise<R[]> {
  return readInParts(
    checkouts.map(({ id }) => id),
    (some) => read(isOneOf(ownText("b.checkout_id"), some)),
  );
}
