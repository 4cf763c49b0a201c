import { readInParts } from "../results/in-parts.ts";
import { dummyPrefix } from "../results/words.ts";
import { isOneOf, ownText } from "../store/statement.ts";
import { type ApiEndpoint, nothing } from "./answer.ts";
import { type Head, readAskedHardware, readHardwareRuns } from "./hardware-heads.ts";
import { incidentsOf, keyOfRun } from "./hardware-results.ts";
import { type FoundIssue, incidentsOfBuilds, issueIdsOf } from "./incidents-of.ts";
import {
  type ApiBuild,
  type ApiTest,
  orUnknown,
  passesBuild,
  passesTest,
  readApiBuilds,
} from "./items.ts";
import {
  countAll,
  countsBy,
  offeredFilters,
  sortedSet,
  sumUpBuilds,
  sumUpTests,
} from "./summary.ts";
import { byKind } from "./tree-results.ts";

/** POST `hardware/H/summary`: what was found on a platform, counted in every way. */
export const hardwareSummary: ApiEndpoint = async (request) => {
  const { db } = request;
  const asked = readAskedHardware(request);
  const { heads, tests: ofAnyone } = await readHardwareRuns(db, asked);
  if (heads.length === 0) return nothing("This hardware isn't associated with any commit");
  const all = ofAnyone.filter(({ origin }) => origin === asked.origin);
  const ids = [...new Set(ofAnyone.map(({ build_id }) => build_id))];
  const builds = (
    await readInParts(ids, (some) => readApiBuilds(db, isOneOf(ownText("b.id"), some)))
  ).filter(
    ({ id, origin, config_name, start_time }) =>
      !id.startsWith(dummyPrefix) &&
      origin === asked.origin &&
      config_name !== null &&
      start_time !== null &&
      start_time >= asked.from &&
      start_time <= asked.to,
  );
  if (all.length === 0 && builds.length === 0) return nothing("Hardware not found");
  const found = {
    builds: await readInParts(
      builds.map(({ id }) => id),
      (some) => incidentsOfBuilds(db, isOneOf(ownText("n.build_id"), some)),
    ),
    tests: await incidentsOf(db, all),
  };
  const [boots, tests] = byKind(all);
  const issues = issueIdsOf([...found.builds, ...found.tests]);
  const { filters } = asked;
  const keptBuilds = builds.filter((build) => passesBuild(build, filters, issues));
  const keptBoots = boots.filter((test) => passesTest(test, "boot", filters, issues));
  const keptTests = tests.filter((test) => passesTest(test, "test", filters, issues));
  const offered = offeredFilters(builds, boots, tests, found);
  const compatibles = all.flatMap(({ environment_compatible: list }) => list ?? []);
  return {
    summary: {
      builds: {
        ...sumUpBuilds(keptBuilds, found.builds),
        origins: countsBy(keptBuilds, ofCheckout),
        issues: [],
        unknown_issues: unknownIssues(keptBuilds, found.builds),
      },
      boots: summaryOf(keptBoots, found.tests),
      tests: summaryOf(keptTests, found.tests),
    },
    filters: {
      ...offered,
      boots: { ...offered.boots, platforms: platformsOf(boots) },
      tests: { ...offered.tests, platforms: platformsOf(tests) },
    },
    common: {
      trees: treesOf(heads, builds, boots, tests),
      compatibles: sortedSet(compatibles.filter((name) => name !== asked.hardware)),
    },
  };
};

// --- internal ---

function summaryOf(tests: readonly ApiTest[], found: readonly FoundIssue[]) {
  return {
    ...sumUpTests(tests, []),
    origins: countsBy(tests, ofCheckout),
    unknown_issues: unknownIssues(tests, found),
    fail_reasons: {},
    failed_platforms: [],
    environment_compatible: null,
    environment_misc: null,
    platforms: countsBy(tests, ({ platform }) => orUnknown(platform)),
  };
}

function ofCheckout({ checkout_origin }: ApiBuild | ApiTest): string {
  return orUnknown(checkout_origin);
}

/** Failures less the incidents on them. */
function unknownIssues(
  runs: readonly { readonly id: string; readonly status: string | null }[],
  found: readonly FoundIssue[],
): number {
  const failed = new Set(runs.filter(({ status }) => status === "FAIL").map(({ id }) => id));
  const incidents = found.filter(({ item_id }) => failed.has(item_id));
  return Math.max(0, failed.size - incidents.length);
}

function platformsOf(tests: readonly ApiTest[]): string[] {
  return sortedSet(tests.map(({ platform }) => orUnknown(platform)));
}

function treesOf(
  heads: readonly Head[],
  builds: readonly ApiBuild[],
  boots: readonly ApiTest[],
  tests: readonly ApiTest[],
) {
  // Each run is looked at once, however many heads there are.
  const byHead = <R extends ApiBuild | ApiTest>(runs: readonly R[]) =>
    Map.groupBy(runs, (run) => `${keyOfRun(run)} ${run.git_commit_hash}`);
  const [ofBuilds, ofBoots, ofTests] = [byHead(builds), byHead(boots), byHead(tests)];
  return heads.map((head) => {
    const key = `${head.key} ${head.git_commit_hash}`;
    return {
      index: head.index,
      origin: head.origin,
      tree_name: head.tree_name,
      git_repository_branch: head.git_repository_branch,
      git_repository_url: head.git_repository_url,
      head_git_commit_name: head.git_commit_name,
      head_git_commit_hash: head.git_commit_hash,
      head_git_commit_tag: head.git_commit_tags,
      selected_commit_status: {
        builds: countAll(ofBuilds.get(key) ?? []),
        boots: countAll(ofBoots.get(key) ?? []),
        tests: countAll(ofTests.get(key) ?? []),
      },
      is_selected: null,
    };
  });
}
