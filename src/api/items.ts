import { isObject } from "../base/is-object.ts";
import { column, type FieldsOf, select } from "../results/field.ts";
import {
  type BuildRun,
  buildFields,
  fromBuilds,
  fromTests,
  type TestRun,
  testFields,
} from "../results/runs.ts";
import { unknown } from "../results/words.ts";
import { builds, tests } from "../rows/tables.ts";
import type { Reader } from "../store/reader.ts";
import { type Statement, sql } from "../store/statement.ts";
import { apiTime, statusOf } from "./answer.ts";
import type { ApiFilters } from "./parameters.ts";

/** A build with what lists of the API show of it. */
export interface ApiBuild extends BuildRun {
  misc: unknown;
}

/** A test with what lists of the API show of it. */
export interface ApiTest extends TestRun {
  error_msg: string | null;
  /** Only where it is asked for. */
  environment_misc?: unknown;
}

/** Builds for which a condition on `b` and `c` holds, as lists of the API show them. Throws `StoreFault`. */
export function readApiBuilds(db: Reader, where: Statement): Promise<ApiBuild[]> {
  const fields: FieldsOf<ApiBuild> = { ...buildFields, misc: column("b", builds, "misc") };
  return select(db, fields, sql`${fromBuilds} where ${where}`);
}

/** Tests for which a condition on `t`, `b` and `c` holds, as lists of the API show them. Throws `StoreFault`. */
export function readApiTests(
  db: Reader,
  where: Statement,
  { withEnvironment = false } = {},
): Promise<ApiTest[]> {
  const fields = {
    ...testFields,
    error_msg: { type: "text", expression: (dialect) => dialect.fieldText("t.misc", "error_msg") },
    ...(withEnvironment ? { environment_misc: column("t", tests, "environment_misc") } : {}),
  } as FieldsOf<ApiTest>;
  return select(db, fields, sql`${fromTests} where ${where}`);
}

/** A build as lists show it. */
export function toBuildItem(build: ApiBuild) {
  return {
    id: build.id,
    origin: build.origin,
    architecture: orUnknown(build.architecture),
    config_name: orUnknown(build.config_name),
    misc: withPlatform(build.misc),
    config_url: build.config_url,
    compiler: orUnknown(build.compiler),
    ...endOfBuild(build),
  };
}

/** How a build ended, and of which tree it is: the same in lists and alone. */
export function endOfBuild(build: BuildRun) {
  return {
    status: statusOf(build.status),
    duration: build.duration,
    log_url: build.log_url,
    start_time: apiTime(build.start_time),
    git_repository_url: build.git_repository_url,
    git_repository_branch: build.git_repository_branch,
  };
}

/** A test as lists show it. */
export function toTestItem(test: ApiTest) {
  const platform = orUnknown(test.platform);
  const environment = test.environment_misc;
  return {
    id: test.id,
    origin: test.origin,
    status: statusOf(test.status),
    duration: test.duration,
    path: orUnknown(test.path),
    start_time: apiTime(test.start_time),
    environment_compatible: test.environment_compatible,
    config: orUnknown(test.config_name),
    log_url: test.log_url,
    architecture: orUnknown(test.architecture),
    compiler: orUnknown(test.compiler),
    environment_misc: { ...(isObject(environment) ? environment : {}), platform },
    lab: orUnknown(test.lab),
  };
}

/** What a test is counted under: the first text that its hardware is compatible with, else its platform. */
export function hardwareKey(test: Pick<TestRun, "environment_compatible" | "platform">): string {
  return test.environment_compatible?.[0] ?? orUnknown(test.platform);
}

/** The word for what is null; an empty text is one. */
export function orUnknown(text: string | null): string {
  return text ?? unknown;
}

/** An object of a row with the platform that readers ask for. */
export function withPlatform(value: unknown): unknown {
  return isObject(value) ? { ...value, platform: value.platform ?? unknown } : value;
}

/** The ids of issues by the id of what they were found in. */
export type IssueIds = ReadonlyMap<
  string,
  readonly { readonly id: string; readonly version: number }[]
>;

/** Whether a build passes the filters of a request; values are compared after words stand for nulls. */
export function passesBuild(build: ApiBuild, filters: ApiFilters, issues: IssueIds): boolean {
  return (
    passesBuilt(build, filters) &&
    among(filters.get("build.status"), [statusOf(build.status)]) &&
    among(filters.get("build.origin"), [build.origin]) &&
    passesDuration(build.duration, filters, "build") &&
    passesIssue(build.id, filters.get("build.issue"), issues)
  );
}

/** Whether a boot or a test passes them. */
export function passesTest(
  test: ApiTest,
  kind: "boot" | "test",
  filters: ApiFilters,
  issues: IssueIds,
): boolean {
  const paths = filters.get(`${kind}.path`);
  return (
    passesBuilt(test, filters) &&
    among(filters.get("test.hardware"), [hardwareKey(test)]) &&
    among(filters.get("test.lab"), [orUnknown(test.lab)]) &&
    among(filters.get(`${kind}.status`), [statusOf(test.status)]) &&
    among(filters.get(`${kind}.origin`), [test.origin]) &&
    (!paths || paths.some((path) => orUnknown(test.path).includes(path))) &&
    among(filters.get(`${kind}.platform`), [orUnknown(test.platform)]) &&
    passesDuration(test.duration, filters, kind) &&
    passesIssue(test.id, filters.get(`${kind}.issue`), issues)
  );
}

// --- internal ---

function passesBuilt(
  run: { architecture: string | null; compiler: string | null; config_name: string | null },
  filters: ApiFilters,
): boolean {
  return (["architecture", "compiler", "config_name"] as const).every((name) =>
    among(filters.get(name), [orUnknown(run[name])]),
  );
}

function passesDuration(duration: number | null, filters: ApiFilters, kind: string): boolean {
  const bound = (end: string) =>
    Number(filters.get(`${kind}.duration_[${end}]`)?.[0] ?? Number.NaN);
  const [least, most] = [bound("gte"), bound("lte")];
  if (!Number.isNaN(least) && !(duration !== null && duration >= least)) return false;
  return Number.isNaN(most) || (duration !== null && duration <= most);
}

function passesIssue(id: string, wanted: readonly string[] | undefined, issues: IssueIds): boolean {
  if (!wanted) return true;
  const found = issues.get(id) ?? [];
  if (found.length === 0) return among(wanted, ["UNCATEGORIZED", "Uncategorized", unknown]);
  return found.some((issue) => among(wanted, [issue.id, `${issue.id},${issue.version}`]));
}

function among(wanted: readonly string[] | undefined, values: readonly string[]): boolean {
  return !wanted || values.some((value) => wanted.includes(value));
}
