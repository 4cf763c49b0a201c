import { type Issue, readFirstIncidents, readIssues, readPlacedIssues } from "../results/issues.ts";
import type { TestRun } from "../results/runs.ts";
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
import { readExtras, toIncident } from "./issue-extras.ts";
import { readApiBuilds, readApiTests, withPlatform } from "./items.ts";
import { daysAgo, filtersOfQuery, numberOf, readTime, timestampOf } from "./parameters.ts";
import { sortedSet } from "./summary.ts";
import { newestStart } from "./tree-results.ts";

const culprits = ["code", "tool", "harness"] as const;

/** `issue/`: the issues that were ingested within a time. */
export const issueList: ApiEndpoint = async (asked) => {
  const { db, query } = asked;
  const { from, to } = issueWindow(asked);
  const within = allOf([
    sql`i._timestamp >= ${db.dialect.time(from)}`,
    sql`i._timestamp <= ${db.dialect.time(to)}`,
  ]);
  const issues = await readIssues(db, within);
  if (issues.length === 0) return nothing("No issues found");
  const ids = issues.map(({ id }) => id);
  const first = await readFirstIncidents(db, ids);
  const placed = await readPlacedIssues(db, ids);
  const filters = filtersOfQuery(query);
  const kept = issues.filter((issue) => {
    const isFound = first.has(issue.id);
    if (isFound && !placed.has(issue.id)) return false;
    const wantsIncident = filters.get("issue.options")?.includes("hasIncident") ?? false;
    return (
      (!wantsIncident || isFound) &&
      isAmong(filters.get("origin"), [issue.origin]) &&
      isAmong(filters.get("issue.culprit"), culpritsOf(issue)) &&
      isAmong(filters.get("issue.categories"), issue.categories ?? [])
    );
  });
  const extras = kept.flatMap(({ id }) => {
    const incident = first.get(id);
    return incident ? [[id, toIncident(incident)] as const] : [];
  });
  return {
    issues: kept.map(toIssueItem),
    extras: Object.fromEntries(extras),
    filters: {
      origins: sortedSet(issues.map(({ origin }) => origin)),
      culprits: sortedSet(issues.flatMap(culpritsOf)),
      categories: sortedSet(issues.flatMap(({ categories }) => categories ?? [])),
    },
  };
};

/** `issue/ID`. */
export const oneIssue: ApiEndpoint = async ({ db, names, query }) => {
  const [issue] = await readIssues(db, sql`i.id = ${names[0] ?? ""}`);
  const version = askedVersion(query);
  if (!issue || (version !== undefined && version !== issue.version)) {
    return nothing("Issue not found");
  }
  return {
    field_timestamp: apiTime(issue._timestamp),
    id: issue.id,
    version: issue.version,
    origin: issue.origin,
    report_url: issue.report_url,
    report_subject: issue.report_subject,
    culprit_code: issue.culprit_code,
    culprit_tool: issue.culprit_tool,
    culprit_harness: issue.culprit_harness,
    comment: issue.comment,
    misc: issue.misc,
    categories: issue.categories,
    extra: await readExtras(db, [[issue.id, issue.version]]),
  };
};

/** `issue/ID/builds`: the builds that it was found in, those that have arrived. */
export const buildsOfIssue: ApiEndpoint = async (asked) => {
  const { db } = asked;
  const ids = await idsOfIssue(asked, "build_id");
  const builds = await readApiBuilds(db, isOneOf(ownText("b.id"), ids));
  if (builds.length === 0) return nothing("No builds found for this issue");
  return builds.sort(newestStart).map((build) => ({
    id: build.id,
    architecture: build.architecture,
    config_name: build.config_name,
    status: statusOf(build.status),
    start_time: apiTime(build.start_time),
    duration: build.duration,
    compiler: build.compiler,
    log_url: build.log_url,
    tree_name: build.tree_name,
    git_repository_branch: build.git_repository_branch,
    misc: withPlatform(build.misc),
  }));
};

/** `issue/ID/tests`: the tests that it was found in; of those that have not arrived only the id. */
export const testsOfIssue: ApiEndpoint = async (asked) => {
  const { db } = asked;
  const ids = await idsOfIssue(asked, "test_id");
  if (ids.length === 0) return nothing("No tests found for this issue");
  const where = isOneOf(ownText("t.id"), ids);
  const tests = await readApiTests(db, where, { withEnvironment: true });
  const found = new Set(tests.map(({ id }) => id));
  const missing = ids.filter((id) => !found.has(id)).sort();
  return [
    ...tests.sort(newestStart).map((test) => toTest(test.id, test, test.environment_misc)),
    ...missing.map((id) => toTest(id)),
  ];
};

// --- internal ---

function toIssueItem(issue: Issue) {
  return {
    field_timestamp: apiTime(issue._timestamp),
    id: issue.id,
    comment: issue.comment,
    origin: issue.origin,
    version: issue.version,
    culprit_code: issue.culprit_code,
    culprit_tool: issue.culprit_tool,
    culprit_harness: issue.culprit_harness,
    categories: issue.categories,
  };
}

function toTest(id: string, test?: TestRun, environment?: unknown) {
  return {
    id,
    status: statusOf(test?.status ?? null),
    duration: test?.duration ?? null,
    path: test?.path ?? null,
    start_time: apiTime(test?.start_time ?? null),
    environment_compatible: test?.environment_compatible ?? null,
    environment_misc: environment ?? null,
    tree_name: test?.tree_name ?? null,
    git_repository_branch: test?.git_repository_branch ?? null,
    lab: test?.lab ?? null,
  };
}

function issueWindow({ query, nowMs }: ApiRequest): { from: string; to: string } {
  const end = query.get("endTimestampInSeconds");
  const start = query.get("startTimestampInSeconds");
  const toMs = end ? readTime(end) : nowMs;
  const days = numberOf(query, "interval_in_days", { byDefault: 7, min: 1 });
  if (toMs === undefined) throw new ApiRefusal("endTimestampInSeconds must be a Unix Timestamp");
  if (!start) return { from: daysAgo(toMs, days), to: timestampOf(toMs) };
  const fromMs = readTime(start);
  if (fromMs === undefined)
    throw new ApiRefusal("startTimestampInSeconds must be a Unix Timestamp");
  return { from: timestampOf(fromMs), to: timestampOf(toMs) };
}

/** The builds or tests of the incidents of an issue's version: the one that is asked for, or the greatest. */
async function idsOfIssue(
  { db, names, query }: { db: Reader; names: readonly string[]; query: URLSearchParams },
  reference: "build_id" | "test_id",
): Promise<string[]> {
  const id = names[0] ?? "";
  const rows = await db.query(
    sql`select n.issue_version as version, ${ownText(`n.${reference}`)} as id from incidents n where n.issue_id = ${id}`,
  );
  const greatest = Math.max(...rows.map(({ version }) => Number(version)));
  const version = askedVersion(query) ?? greatest;
  const found = rows.filter((row) => Number(row.version) === version && row.id !== null);
  return [...new Set(found.map((row) => String(row.id)))];
}

function askedVersion(query: URLSearchParams): number | undefined {
  const text = query.get("version");
  if (text === null || text === "") return undefined;
  if (/^-?\d{1,10}$/.test(text)) return Number(text);
  throw new ApiRefusal("version: expected a whole number");
}

function culpritsOf(issue: Issue): string[] {
  return culprits.filter((name) => issue[`culprit_${name}`] === true);
}

function isAmong(wanted: readonly string[] | undefined, values: readonly string[]): boolean {
  return !wanted || values.some((value) => wanted.includes(value));
}
