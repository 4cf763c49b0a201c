import { newestFirst } from "../results/identity.ts";
import { readIncidentsOf, readIssues } from "../results/issues.ts";
import {
  ofCheckouts,
  platformField,
  readBuilds,
  readCheckouts,
  readTests,
  type TestRun,
} from "../results/runs.ts";
import type { StatusCount } from "../results/tally.ts";
import { tallyOfAll } from "../results/tally-checkouts.ts";
import { treeKey } from "../results/trees.ts";
import { type HistoryVerdict, verdictOf } from "../results/verdict.ts";
import { isRealBuild } from "../results/words.ts";
import type { Reader } from "../store/reader.ts";
import { allOf, isOneOf, ownText, sql } from "../store/statement.ts";
import {
  type ApiEndpoint,
  ApiRefusal,
  type ApiRequest,
  apiTime,
  nothing,
  statusOf,
} from "./answer.ts";
import { incidentsOfBuilds, ofBuildAlone } from "./incidents-of.ts";
import { isLike } from "./is-like.ts";
import { orUnknown } from "./items.ts";
import { isOfTree } from "./matching-checkouts.ts";
import { numberOf, originOf, requiredParameter, timestampOf } from "./parameters.ts";

const hourMs = 3_600_000;

type Runs = { id: string; start_time: string | null; status: string }[];
/** By platform, config, architecture with compiler, and path. */
type RunMap = Record<string, Record<string, Record<string, Record<string, Runs>>>>;

/** `tree-report/`: the newest commit of a tree within a time, and what changed on it. */
export const treeReport: ApiEndpoint = async (asked) => {
  const { db, query, nowMs } = asked;
  const origin = originOf(asked);
  const [url, branch] = [
    requiredParameter(query, "git_url"),
    requiredParameter(query, "git_branch"),
  ];
  const size = numberOf(query, "group_size", { byDefault: 3, min: 2 });
  const minAge = numberOf(query, "min_age_in_hours", { byDefault: 0, min: 0 });
  const maxAge = numberOf(query, "max_age_in_hours", { byDefault: 24, min: 1, max: 720 });
  if (minAge >= maxAge) {
    throw new ApiRefusal("Minimum age can't be greater than or equal to the maximum age");
  }
  const from = timestampOf(nowMs - maxAge * hourMs);
  const to = timestampOf(nowMs - minAge * hourMs);
  const within = allOf([
    isOfTree({ origin, url, branch }),
    sql`c.start_time >= ${db.dialect.time(from)}`,
    sql`c.start_time <= ${db.dialect.time(to)}`,
    ...(query.get("tree_name") ? [sql`c.tree_name = ${query.get("tree_name")}`] : []),
  ]);
  const [head] = (await readCheckouts(db, within)).sort(newestFirst);
  if (!head?.git_commit_hash || !head.start_time) {
    return nothing("Tree not found in the given interval");
  }
  const hash = head.git_commit_hash;
  const same = (await readCheckouts(db, sql`c.git_commit_hash = ${hash}`)).filter(
    (checkout) => treeKey(checkout) === treeKey(head),
  );
  const ids = same.map(({ id }) => id);
  const latest = same.sort(newestFirst)[0]?.start_time ?? head.start_time;
  const tally = await tallyOfAll(db, ids);
  const groups = await changedGroups(db, { origin, url, branch, from, latest, hash, size }, query);
  const path = [head.tree_name ?? "-", branch, hash].map(encodeURIComponent).join("/");
  return {
    dashboard_url: `${asked.base}/tree/${path}?origin=${encodeURIComponent(origin)}`,
    git_url: url,
    git_branch: branch,
    commit_hash: hash,
    origin,
    checkout_start_time: apiTime(latest),
    build_status_summary: tally.builds,
    boot_status_summary: toCounts(tally.boots),
    test_status_summary: toCounts(tally.tests),
    possible_regressions: mapOf(groups, (verdict) => verdict === "regression"),
    fixed_regressions: mapOf(groups, (verdict) => verdict === "fixed"),
    unstable_tests: mapOf(groups, (verdict) => verdict !== "regression" && verdict !== "fixed"),
    issues: { builds: await issuesOfFailedBuilds(db, ids) },
  };
};

// --- internal ---

interface Group {
  readonly runs: readonly TestRun[];
  readonly verdict: HistoryVerdict | undefined;
}

async function changedGroups(
  db: Reader,
  wanted: Record<"origin" | "url" | "branch" | "from" | "latest" | "hash", string> & {
    size: number;
  },
  query: ApiRequest["query"],
): Promise<Group[]> {
  const from = db.dialect.time(wanted.from);
  const platform = ownText(platformField.expression(db.dialect));
  const tests = await readTests(
    db,
    allOf([
      ofCheckouts(
        db.dialect,
        "tests",
        allOf([
          sql`c.git_repository_url = ${wanted.url}`,
          sql`c.git_repository_branch = ${wanted.branch}`,
          sql`c.start_time >= ${from}`,
          sql`c.start_time <= ${db.dialect.time(wanted.latest)}`,
        ]),
      ),
      sql`b.start_time >= ${from}`,
      sql`t.start_time >= ${from}`,
      sql`t.origin = ${wanted.origin}`,
      sql`${platform} <> 'kubernetes'`,
    ]),
  );
  const patterns = query.getAll("path").filter(Boolean);
  const chosen = tests.filter(
    ({ path }) => patterns.length === 0 || patterns.some((pattern) => isLike(path ?? "", pattern)),
  );
  const keyOf = ({ path, platform: board, config_name, architecture, compiler }: TestRun) =>
    JSON.stringify([path, board, config_name, architecture, compiler]);
  return [...Map.groupBy(chosen.sort(newestFirst), keyOf).values()].flatMap((all): Group[] => {
    const runs = all.slice(0, wanted.size);
    if (runs[0]?.git_commit_hash !== wanted.hash) return [];
    const statuses = runs.map(({ status }) => status);
    if (new Set(statuses).size < 2) return [];
    return [{ runs, verdict: verdictOf(statuses) }];
  });
}

function mapOf(
  groups: readonly Group[],
  isWanted: (verdict: HistoryVerdict | undefined) => boolean,
): RunMap {
  const map: RunMap = {};
  for (const { runs, verdict } of groups) {
    const [run] = runs;
    if (!run || !isWanted(verdict)) continue;
    const configs = own(map, orUnknown(run.platform));
    const built = own(configs, orUnknown(run.config_name));
    const paths = own(built, `${orUnknown(run.architecture)}/${orUnknown(run.compiler)}`);
    paths[orUnknown(run.path)] = runs.map(({ id, start_time, status }) => ({
      ...{ id, start_time: apiTime(start_time), status: statusOf(status) },
    }));
  }
  return map;
}

/** The object under a name, which may be any text. */
function own<T>(map: Record<string, Record<string, T>>, name: string): Record<string, T> {
  if (!Object.hasOwn(map, name)) {
    const value: Record<string, T> = {};
    Object.defineProperty(map, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return map[name] ?? {};
}

function toCounts({ PASS, ERROR, FAIL, SKIP, MISS, DONE, NULL }: StatusCount) {
  return {
    pass_count: PASS,
    error_count: ERROR,
    fail_count: FAIL,
    skip_count: SKIP,
    miss_count: MISS,
    done_count: DONE,
    null_count: NULL,
  };
}

async function issuesOfFailedBuilds(db: Reader, checkoutIds: readonly string[]) {
  const failed = await readBuilds(
    db,
    allOf([
      isOneOf(ownText("b.checkout_id"), checkoutIds),
      isRealBuild,
      ownText("b.status = 'FAIL'"),
    ]),
  );
  const isFailed = isOneOf(
    ownText("b.id"),
    failed.map(({ id }) => id),
  );
  const found = await incidentsOfBuilds(db, allOf([isFailed, ofBuildAlone]));
  const ids = [...new Set(found.flatMap(({ id }) => id ?? []))];
  const issues = new Map(
    (await readIssues(db, isOneOf(ownText("i.id"), ids))).map((issue) => [issue.id, issue]),
  );
  const incidents = await readIncidentsOf(db, ids);
  const listed = new Map(found.map((one) => [JSON.stringify([one.item_id, one.id]), one]));
  return [...listed.values()].flatMap(({ item_id, id }) => {
    const issue = issues.get(id ?? "");
    const [first] = incidents.get(id ?? "") ?? [];
    if (!issue) return [];
    return [
      {
        issue_id: issue.id,
        build_id: item_id,
        version: issue.version,
        comment: issue.comment ?? "No information",
        report_url: issue.report_url,
        culprit_code: issue.culprit_code ?? false,
        culprit_tool: issue.culprit_tool ?? false,
        culprit_harness: issue.culprit_harness ?? false,
        first_seen: apiTime(first?._timestamp ?? null),
        is_new_issue: checkoutIds.includes(first?.checkout_id ?? ""),
      },
    ];
  });
}
