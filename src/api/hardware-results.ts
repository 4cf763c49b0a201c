import { readInParts } from "../results/in-parts.ts";
import { treeKey } from "../results/trees.ts";
import type { TestKind } from "../results/words.ts";
import { dummyPrefix } from "../results/words.ts";
import type { Reader } from "../store/reader.ts";
import { isOneOf, ownText } from "../store/statement.ts";
import { type ApiEndpoint, nothing } from "./answer.ts";
import { type AskedHardware, readAskedHardware, readHardwareRuns } from "./hardware-heads.ts";
import {
  type FoundIssue,
  incidentsOfBuilds,
  incidentsOfTests,
  issueIdsOf,
} from "./incidents-of.ts";
import {
  type ApiBuild,
  type ApiTest,
  passesBuild,
  passesTest,
  readApiBuilds,
  toBuildItem,
  toTestItem,
} from "./items.ts";
import { byKind, newestStart } from "./tree-results.ts";

const noCommit = "This hardware isn't associated with any commit";

/** POST `hardware/H/builds`: the builds that ran on a platform. */
export const hardwareBuilds: ApiEndpoint = async (asked) => {
  const found = await read(asked, readAskedHardware(asked));
  if (typeof found === "string") return nothing(found);
  const { db } = asked;
  if (found.tests.length === 0) return nothing("No builds found for this hardware");
  const ids = [...new Set(found.tests.map(({ build_id }) => build_id))];
  const builds = await readInParts(ids, (some) =>
    readApiBuilds(db, isOneOf(ownText("b.id"), some)),
  );
  const incidents = await readInParts(ids, (some) =>
    incidentsOfBuilds(db, isOneOf(ownText("n.build_id"), some)),
  );
  const byBuild = Map.groupBy(incidents, ({ item_id }) => item_id);
  const issues = issueIdsOf(incidents);
  const kept = builds
    .filter(({ id }) => !id.startsWith(dummyPrefix))
    .filter((build) => passesBuild(build, found.asked.filters, issues));
  return {
    builds: kept.sort(newestStart).map((build) => ({
      ...toBuildItem(build),
      misc: build.misc,
      tree_name: build.tree_name,
      ...issueOf(build, byBuild.get(build.id)),
    })),
  };
};

/** POST `hardware/H/boots` and `hardware/H/tests`. */
export function hardwareTests(kind: TestKind): ApiEndpoint {
  return async (asked) => {
    const found = await read(asked, readAskedHardware(asked));
    if (typeof found === "string") return nothing(found);
    if (found.tests.length === 0) return nothing(`No ${kind}s found for this hardware`);
    const { filters } = found.asked;
    const issues = filters.has(`${kind}.issue`)
      ? issueIdsOf(await incidentsOf(asked.db, found.tests))
      : new Map();
    const list = byKind(found.tests)[kind === "boot" ? 0 : 1];
    const kept = list.filter((test) => passesTest(test, kind, filters, issues));
    return {
      [`${kind}s`]: kept.sort(newestStart).map((test) => ({
        ...toTestItem(test),
        path: test.path,
        tree_name: test.tree_name,
        git_repository_branch: test.git_repository_branch,
      })),
    };
  };
}

/** The incidents of tests, by the ids of these. */
export function incidentsOf(db: Reader, tests: readonly ApiTest[]): Promise<FoundIssue[]> {
  return readInParts(
    tests.map(({ id }) => id),
    (some) => incidentsOfTests(db, isOneOf(ownText("n.test_id"), some)),
  );
}

/** The tree of a run, as `treeKey` has it. */
export function keyOfRun(run: ApiBuild | ApiTest): string {
  return treeKey({ ...run, origin: run.checkout_origin ?? "" });
}

// --- internal ---

async function read(
  { db }: { db: Reader },
  asked: AskedHardware,
): Promise<string | { tests: ApiTest[]; asked: AskedHardware }> {
  const { heads, tests } = await readHardwareRuns(db, asked);
  if (heads.length === 0) return noCommit;
  const trees = new Set(heads.map(({ key }) => key));
  return {
    tests: tests.filter((test) => test.origin === asked.origin && trees.has(keyOfRun(test))),
    asked,
  };
}

function issueOf(build: ApiBuild, found: readonly FoundIssue[] | undefined) {
  const [first] = found ?? [];
  if (!first) {
    return { issue_id: build.status === "FAIL" ? "Uncategorized" : null, issue_version: null };
  }
  return { issue_id: first.issue_id, issue_version: first.version };
}
