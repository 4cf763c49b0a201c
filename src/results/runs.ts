import { labFields, platform } from "../rows/main-tables.ts";
import { builds, checkouts, tests } from "../rows/tables.ts";
import type { ReadDialect, Reader } from "../store/reader.ts";
import { ownText, type Statement, sql } from "../store/statement.ts";
import { columns, type FieldsOf, jsonField, type ReadField, select } from "./field.ts";

/**
 * What is read most: a checkout, a build with its checkout, a test with both; all by the names of the
 * database's columns. What has not arrived is null.
 */

/** What tells one tree from another; ones that do not say are alike. */
export interface Tree {
  tree_name: string | null;
  git_repository_url: string | null;
  git_repository_branch: string | null;
}

/** What a run knows of the checkout that it is of. */
export interface OfCheckout extends Tree {
  /** Null where the checkout has not arrived. */
  checkout_origin: string | null;
  git_commit_hash: string | null;
  git_commit_name: string | null;
  git_commit_tags: readonly string[] | null;
}

/** What a run knows of the build that it is of. */
export interface OfBuild {
  architecture: string | null;
  compiler: string | null;
  config_name: string | null;
}

/** A checkout of a tree. */
export interface Checkout extends Tree {
  id: string;
  origin: string;
  git_commit_hash: string | null;
  git_commit_name: string | null;
  git_commit_tags: readonly string[] | null;
  start_time: string | null;
  _timestamp: string | null;
}

/** A build, with what is known of its checkout. */
export interface BuildRun extends OfCheckout, OfBuild {
  id: string;
  origin: string;
  status: string | null;
  start_time: string | null;
  duration: number | null;
  lab: string | null;
  log_url: string | null;
  config_url: string | null;
  checkout_id: string;
  _timestamp: string | null;
}

/** A test or boot, with what is known of its build and checkout. */
export interface TestRun extends OfCheckout, OfBuild {
  id: string;
  origin: string;
  status: string | null;
  path: string | null;
  start_time: string | null;
  duration: number | null;
  /** Where it ran. */
  platform: string | null;
  environment_compatible: readonly string[] | null;
  lab: string | null;
  log_url: string | null;
  build_id: string;
  /** Null where the build has not arrived. */
  checkout_id: string | null;
  _timestamp: string | null;
}

/** What lists of failures tell of the past runs of a build. */
export type PastBuild = Pick<BuildRun, PastBuildName | keyof OfCheckout>;

/** What they tell of those of a test. */
export type PastTest = Pick<TestRun, PastBuildName | "path" | "platform" | keyof OfCheckout>;

/** A run that they tell of. */
export type PastRun = PastBuild | PastTest;

type PastBuildName = "id" | "status" | "start_time" | keyof OfBuild | "checkout_id" | "_timestamp";

/** The columns that say of which tree and commit something is. */
export const commitColumns = [
  ...(["tree_name", "git_repository_url", "git_repository_branch"] as const),
  ...(["git_commit_hash", "git_commit_name"] as const),
] as const;

const checkoutPart: FieldsOf<OfCheckout> = {
  ...columns("c", checkouts, [...commitColumns, "git_commit_tags"]),
  checkout_origin: columns("c", checkouts, ["origin"]).origin,
};
const buildPart: FieldsOf<OfBuild> = columns("b", builds, [
  "architecture",
  "compiler",
  "config_name",
]);

/** Where a test ran, of tests `t`. */
export const platformField: ReadField = jsonField(`t.${platform.column}`, platform.field);

/** What is read of a checkout `c`. */
export const checkoutFields: FieldsOf<Checkout> = columns("c", checkouts, [
  ...(["id", "origin"] as const),
  ...commitColumns,
  ...(["git_commit_tags", "start_time", "_timestamp"] as const),
]);

/** What of a build is its own, without its checkout. */
export const ownBuildFields: FieldsOf<Omit<BuildRun, keyof OfCheckout>> = {
  ...columns("b", builds, ["id", "origin", "status"]),
  ...buildPart,
  ...columns("b", builds, ["start_time", "duration", "log_url", "config_url", "checkout_id"]),
  lab: jsonField("b.misc", labFields.builds),
  ...columns("b", builds, ["_timestamp"]),
};

/** What is read of a build `b` and its checkout `c`. */
export const buildFields: FieldsOf<BuildRun> = withPlace(ownBuildFields, checkoutPart);

/** What of a test is its own or its build's, without its checkout. */
export const ownTestFields: FieldsOf<Omit<TestRun, keyof OfCheckout>> = {
  ...columns("t", tests, ["id", "origin", "status", "path", "start_time", "duration"]),
  platform: platformField,
  ...columns("t", tests, ["environment_compatible"]),
  lab: jsonField("t.misc", labFields.tests),
  ...columns("t", tests, ["log_url", "build_id"]),
  ...buildPart,
  ...columns("b", builds, ["checkout_id"]),
  ...columns("t", tests, ["_timestamp"]),
};

/** What is read of the past runs of builds. */
export const pastBuildFields: FieldsOf<Omit<PastBuild, keyof OfCheckout>> = {
  ...columns("b", builds, ["id", "status", "start_time", "checkout_id", "_timestamp"]),
  ...buildPart,
};

/** And of tests. */
export const pastTestFields: FieldsOf<Omit<PastTest, keyof OfCheckout>> = {
  ...columns("t", tests, ["id", "status", "path", "start_time", "_timestamp"]),
  platform: platformField,
  ...buildPart,
  ...columns("b", builds, ["checkout_id"]),
};

export const testFields: FieldsOf<TestRun> = withPlace(ownTestFields, checkoutPart);

/** What is a run's own and what it knows of its checkout together, the time of ingestion last. */
export function withPlace<T extends object, P>(own: T, place: P): T & P {
  const { _timestamp, ...others } = own as T & { _timestamp: unknown };
  return { ...others, ...place, _timestamp } as unknown as T & P;
}

/** What a run knows of a checkout that is at hand. */
export function placeOf(checkout: Checkout): OfCheckout {
  return {
    tree_name: checkout.tree_name,
    git_repository_url: checkout.git_repository_url,
    git_repository_branch: checkout.git_repository_branch,
    git_commit_hash: checkout.git_commit_hash,
    git_commit_name: checkout.git_commit_name,
    git_commit_tags: checkout.git_commit_tags,
    checkout_origin: checkout.origin,
  };
}

/** Builds `b` with their checkouts `c`, which may be missing. */
export const fromBuilds = sql`from builds b left join checkouts c on c.id = b.checkout_id`;

/** Tests `t` with their builds `b` and checkouts `c`, which may be missing. */
export const fromTests = sql`from tests t left join builds b on b.id = t.build_id
  left join checkouts c on c.id = b.checkout_id`;

/** The same of some tests with their builds. */
export function fromTestsOf(testsWithBuilds: Statement | undefined): Statement {
  if (!testsWithBuilds) return fromTests;
  return sql`from ${testsWithBuilds} left join checkouts c on c.id = b.checkout_id`;
}

/**
 * Whether builds `b`, or tests `t`, are of checkouts `c` for which a condition holds. Better than that condition
 * on a joined checkout: from here a database goes to builds and tests by their indexes, and not the other way.
 */
export function ofCheckouts(
  { isAmong }: ReadDialect,
  subject: "builds" | "tests",
  where: Statement,
): Statement {
  const ids = sql`select c.id from checkouts c where ${where}`;
  const built = isAmong(ownText("b.checkout_id"), ids);
  return subject === "builds"
    ? built
    : isAmong(ownText("t.build_id"), sql`select b.id from builds b where ${built}`);
}

/** Checkouts `c` for which a condition holds, with what follows it. */
export function readCheckouts(db: Reader, where: Statement): Promise<Checkout[]> {
  return select(db, checkoutFields, sql`from checkouts c where ${where}`);
}

/** Builds for which a condition on `b` and `c` holds, with what follows it. */
export function readBuilds(db: Reader, where: Statement): Promise<BuildRun[]> {
  return select(db, buildFields, sql`${fromBuilds} where ${where}`);
}

/** Tests for which a condition on `t`, `b` and `c` holds, with what follows it. */
export function readTests(db: Reader, where: Statement): Promise<TestRun[]> {
  return select(db, testFields, sql`${fromTests} where ${where}`);
}
