import { isObject } from "../base/is-object.ts";
import { addStatus, emptyCount, type StatusCount } from "../results/tally.ts";
import { countIssues, type FoundIssue, firstOfEach } from "./incidents-of.ts";
import { type ApiBuild, type ApiTest, hardwareKey, orUnknown } from "./items.ts";

/** Sums up builds and tests as the dashboard's summaries have it. */

type Counts = Record<string, StatusCount>;

/** The builds of a summary. */
export function sumUpBuilds(builds: readonly ApiBuild[], found: readonly FoundIssue[]) {
  const ids = new Set(builds.map(({ id }) => id));
  const ofThese = found.filter(
    ({ item_id, status }) => ids.has(item_id) && (status === "FAIL" || status === null),
  );
  return {
    status: countAll(builds),
    origins: countsBy(builds, ({ origin }) => origin),
    architectures: withCompilers(builds),
    configs: countsBy(builds, ({ config_name }) => orUnknown(config_name)),
    labs: countsBy(
      builds.filter(({ misc }) => isObject(misc)),
      ({ lab }) => orUnknown(lab),
    ),
    issues: countIssues(ofThese),
    unknown_issues: failuresWithout(builds, found),
  };
}

/** The boots, or the other tests, of a summary. */
export function sumUpTests(tests: readonly ApiTest[], found: readonly FoundIssue[]) {
  const ids = new Set(tests.map(({ id }) => id));
  const first = firstOfEach(found).filter(({ item_id }) => ids.has(item_id));
  const failed = tests.filter(({ status }) => isFailure(status));
  const compatible = tests.filter(({ environment_compatible: list }) => list?.length);
  const others = tests.filter(({ environment_compatible: list }) => !list?.length);
  return {
    status: countAll(tests),
    origins: countsBy(tests, ({ origin }) => origin),
    architectures: byArchitecture(tests),
    configs: countsBy(tests, ({ config_name }) => orUnknown(config_name)),
    issues: countIssues(first.filter(({ status }) => isFailure(status))),
    unknown_issues: failuresWithout(tests, first),
    fail_reasons: reasonsOf(failed),
    failed_platforms: sortedSet(failed.map(({ platform }) => orUnknown(platform))),
    environment_compatible: occurring(countsBy(compatible, hardwareKey)),
    environment_misc: occurring(countsBy(others, ({ platform }) => orUnknown(platform))),
    platforms: null,
    labs: countsBy(tests, ({ lab }) => orUnknown(lab)),
  };
}

/** What can be filtered by: all of it, before anything is. */
export function offeredFilters(
  builds: readonly ApiBuild[],
  boots: readonly ApiTest[],
  tests: readonly ApiTest[],
  found: { readonly builds: readonly FoundIssue[]; readonly tests: readonly FoundIssue[] },
) {
  const all = [...builds, ...boots, ...tests];
  return {
    all: {
      configs: sortedSet(all.map(({ config_name }) => orUnknown(config_name))),
      architectures: sortedSet(all.map(({ architecture }) => orUnknown(architecture))),
      compilers: sortedSet(all.map(({ compiler }) => orUnknown(compiler))),
    },
    builds: offered(builds, found.builds),
    boots: offered(boots, firstOfEach(found.tests)),
    tests: offered(tests, firstOfEach(found.tests)),
  };
}

/** Counts runs by their status. */
export function countAll(runs: readonly { readonly status: string | null }[]): StatusCount {
  const count = emptyCount();
  for (const { status } of runs) addStatus(count, status);
  return count;
}

/** Counts runs by a text of each; the texts are sorted. */
export function countsBy<R extends { readonly status: string | null }>(
  runs: readonly R[],
  textOf: (run: R) => string,
): Counts {
  const groups = [...Map.groupBy(runs, textOf)].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(groups.map(([text, some]) => [text, countAll(some)]));
}

/** Each text once, in the order of code units. */
export function sortedSet(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

// --- internal ---

function isFailure(status: string | null): boolean {
  return status === "FAIL" || status === "ERROR" || status === "MISS";
}

function failuresWithout(
  runs: readonly { readonly id: string; readonly status: string | null }[],
  found: readonly FoundIssue[],
): number {
  const known = new Set(found.filter(({ id }) => id !== null).map(({ item_id }) => item_id));
  return runs.filter(({ id, status }) => status === "FAIL" && !known.has(id)).length;
}

function withCompilers(builds: readonly ApiBuild[]) {
  const counts = countsBy(builds, ({ architecture }) => orUnknown(architecture));
  const groups = Map.groupBy(builds, ({ architecture }) => orUnknown(architecture));
  return Object.fromEntries(
    Object.entries(counts).map(([architecture, count]) => {
      const some = groups.get(architecture) ?? [];
      const compilers = sortedSet(some.map(({ compiler }) => orUnknown(compiler)));
      return [architecture, { ...count, compilers }];
    }),
  );
}

function byArchitecture(tests: readonly ApiTest[]) {
  const keyOf = ({ architecture, compiler }: ApiTest) =>
    JSON.stringify([orUnknown(architecture), orUnknown(compiler)]);
  return Object.entries(countsBy(tests, keyOf)).map(([key, status]) => {
    const [arch, compiler] = JSON.parse(key) as [string, string];
    return { arch, compiler, status };
  });
}

function reasonsOf(failed: readonly ApiTest[]): Record<string, number> {
  const groups = Map.groupBy(failed, ({ error_msg }) => error_msg ?? "unknown error");
  const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([text, some]) => [text, some.length]));
}

/** Only the statuses that occur. */
function occurring(counts: Counts): Record<string, Record<string, number>> {
  return Object.fromEntries(
    Object.entries(counts).map(([key, count]) => [
      key,
      Object.fromEntries(Object.entries(count).filter(([, n]) => n > 0)),
    ]),
  );
}

function offered(runs: readonly (ApiBuild | ApiTest)[], found: readonly FoundIssue[]) {
  const ids = new Set(runs.map(({ id }) => id));
  const ofThese = found.filter(({ item_id }) => ids.has(item_id));
  return {
    issues: countIssues(ofThese).map(({ id, version }) => [id, version]),
    origins: sortedSet(runs.map(({ origin }) => origin)),
    has_unknown_issue: failuresWithout(runs, found) > 0,
    labs: sortedSet(
      runs.filter((run) => !("misc" in run) || isObject(run.misc)).map(({ lab }) => orUnknown(lab)),
    ),
  };
}
