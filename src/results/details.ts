import { builds, checkouts, tests } from "../rows/tables.ts";
import type { Reader } from "../store/reader.ts";
import { allOf, isOneOf, ownText, sql } from "../store/statement.ts";
import { column, columns, type FieldsOf, select } from "./field.ts";
import { readTestsOfAnyCompiler } from "./history-runs.ts";
import {
  type BuildRun,
  buildFields,
  fromBuilds,
  fromTests,
  ofCheckouts,
  readCheckouts,
  readTests,
  type TestRun,
  testFields,
} from "./runs.ts";

/** A file that a run tells of. */
export interface LinkedFile {
  readonly name: string;
  readonly url: string;
}

/** All of a test. JSON as it is stored. */
export interface TestDetails extends TestRun {
  comment: string | null;
  environment_comment: string | null;
  environment_misc: unknown;
  misc: unknown;
  log_excerpt: string | null;
  input_files: unknown;
  output_files: unknown;
  number_value: number | null;
  number_prefix: string | null;
  number_unit: string | null;
}

/** All of a build. */
export interface BuildDetails extends BuildRun {
  comment: string | null;
  command: string | null;
  misc: unknown;
  log_excerpt: string | null;
  input_files: unknown;
  output_files: unknown;
  /** Null where the checkout has not arrived. */
  found_checkout_id: string | null;
}

/** A test by its id; undefined: there is none. */
export async function readTest(db: Reader, id: string): Promise<TestDetails | undefined> {
  const source = sql`${fromTests} where t.id = ${id}`;
  return (await select<TestDetails>(db, testDetails, source))[0];
}

/** A build by its id, a dummy too; undefined: there is none. */
export async function readBuild(db: Reader, id: string): Promise<BuildDetails | undefined> {
  const source = sql`${fromBuilds} where b.id = ${id}`;
  return (await select<BuildDetails>(db, buildDetails, source))[0];
}

/** How the same test ended at the same commit elsewhere: on other boards, in other labs, for other builds. */
export async function readElsewhere(
  db: Reader,
  test: Pick<TestRun, "id" | "path" | "git_commit_hash">,
  limit = 200,
): Promise<TestRun[]> {
  if (test.git_commit_hash === null || test.path === null) return [];
  const where = allOf([
    ofCheckouts(db.dialect, "tests", sql`c.git_commit_hash = ${test.git_commit_hash}`),
    sql`t.path = ${test.path}`,
    sql`t.id <> ${test.id}`,
  ]);
  return readTests(db, sql`${where} order by t.start_time desc limit ${limit}`);
}

/**
 * Which of some tests pass elsewhere: with the same path, config, architecture and commit on another platform
 * or in another lab. By their ids.
 */
export async function readPassesElsewhere(
  db: Reader,
  failed: readonly TestRun[],
): Promise<Set<string>> {
  const placed = failed.filter(({ git_commit_hash: hash, path }) => hash !== null && path !== null);
  const hashes = [...new Set(placed.flatMap(({ git_commit_hash: hash }) => hash ?? []))];
  const checkouts = Map.groupBy(
    await readCheckouts(db, isOneOf(ownText("c.git_commit_hash"), hashes)),
    ({ git_commit_hash: hash }) => hash,
  );
  const groups = Map.groupBy(placed, ({ git_commit_hash: hash }) => hash);
  const searches = [...groups].map(([hash, wanted]) => ({
    wanted,
    checkouts: checkouts.get(hash) ?? [],
  }));
  const keyOf = ({ git_commit_hash, path, config_name, architecture }: TestRun) =>
    JSON.stringify([git_commit_hash, path, config_name, architecture]);
  const passed = Map.groupBy(
    (await readTestsOfAnyCompiler(db, searches)).filter(({ status }) => status === "PASS"),
    keyOf,
  );
  const isElsewhere = (run: TestRun, { platform, lab }: TestRun) =>
    platform !== run.platform || lab !== run.lab;
  return new Set(
    placed
      .filter((run) => passed.get(keyOf(run))?.some((other) => isElsewhere(run, other)))
      .map(({ id }) => id),
  );
}

/** The files of a list in a row, those that are files. */
export function filesOf(list: unknown): LinkedFile[] {
  if (!Array.isArray(list)) return [];
  return list.filter(
    (one): one is LinkedFile => typeof one?.name === "string" && typeof one?.url === "string",
  );
}

/** Where the storage server has the excerpt of a run that has none in its row. */
export function excerptUrl(run: {
  readonly log_excerpt: string | null;
  readonly output_files: unknown;
}): string | undefined {
  if (run.log_excerpt) return undefined;
  return filesOf(run.output_files).find(({ name }) => name === "log_excerpt")?.url;
}

/** What is read of a test. */
export const testDetails: FieldsOf<TestDetails> = {
  ...testFields,
  ...columns("t", tests, [
    "comment",
    "environment_comment",
    "environment_misc",
    "misc",
    "log_excerpt",
    "input_files",
    "output_files",
    "number_value",
    "number_prefix",
    "number_unit",
  ]),
};

// --- internal ---

const buildDetails: FieldsOf<BuildDetails> = {
  ...buildFields,
  ...columns("b", builds, [
    "comment",
    "command",
    "misc",
    "log_excerpt",
    "input_files",
    "output_files",
  ]),
  found_checkout_id: column("c", checkouts, "id"),
};
