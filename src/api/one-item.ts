import { isObject } from "../base/is-object.ts";
import { readBuild, readTest } from "../results/details.ts";
import { unknown } from "../results/words.ts";
import { sql } from "../store/statement.ts";
import { type ApiEndpoint, apiTime, nothing, statusOf } from "./answer.ts";
import { countIssues, incidentsOfBuilds, incidentsOfTests } from "./incidents-of.ts";
import { endOfBuild, withPlatform } from "./items.ts";

/** `test/ID`: all as it is stored; what has not arrived is null. */
export const oneTest: ApiEndpoint = async ({ db, names }) => {
  const test = await readTest(db, names[0] ?? "");
  if (!test) return nothing("Test not found");
  return {
    field_timestamp: apiTime(test._timestamp),
    id: test.id,
    build_id: test.build_id,
    status: statusOf(test.status),
    path: test.path,
    log_excerpt: test.log_excerpt,
    log_url: test.log_url,
    // Clients die of the nulls that the dashboard gives here.
    misc: test.misc ?? {},
    environment_misc: isObject(test.environment_misc)
      ? withPlatform(test.environment_misc)
      : { platform: unknown },
    start_time: apiTime(test.start_time),
    environment_compatible: test.environment_compatible,
    output_files: test.output_files,
    input_files: test.input_files,
    compiler: test.compiler,
    architecture: test.architecture,
    config_name: test.config_name,
    git_commit_hash: test.git_commit_hash,
    git_repository_branch: test.git_repository_branch,
    git_repository_url: test.git_repository_url,
    git_commit_tags: test.git_commit_tags,
    tree_name: test.tree_name,
    origin: test.checkout_origin,
    test_origin: test.origin,
  };
};

/** `build/ID`. */
export const oneBuild: ApiEndpoint = async ({ db, names }) => {
  const build = await readBuild(db, names[0] ?? "");
  if (!build) return nothing("Build not found");
  return {
    id: build.id,
    origin: build.checkout_origin,
    architecture: build.architecture,
    config_name: build.config_name,
    misc: build.misc,
    config_url: build.config_url,
    compiler: build.compiler,
    ...endOfBuild(build),
    checkout_id: build.checkout_id,
    command: build.command,
    comment: build.comment,
    tree_name: build.tree_name,
    git_commit_hash: build.git_commit_hash,
    git_commit_name: build.git_commit_name,
    git_commit_tags: build.git_commit_tags,
    log_excerpt: build.log_excerpt,
    input_files: build.input_files,
    output_files: build.output_files,
    build_origin: build.origin,
  };
};

/** `test/ID/issues`. */
export const issuesOfTest: ApiEndpoint = async ({ db, names }) => {
  const issues = countIssues(await incidentsOfTests(db, sql`t.id = ${names[0] ?? ""}`));
  return issues.length > 0 ? issues : nothing("No issues were found for this test");
};

/** `build/ID/issues`. */
export const issuesOfBuild: ApiEndpoint = async ({ db, names }) => {
  const issues = countIssues(await incidentsOfBuilds(db, sql`b.id = ${names[0] ?? ""}`));
  return issues.length > 0 ? issues : nothing("No issues found for this build");
};
