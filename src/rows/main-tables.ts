import { index, type JsonField, table } from "./table.ts";

/**
 * The tables that take the objects of a submission, each with the names of the dashboard's catalogue
 * (`rows/README.md` 1). DDL, inserts, conflict clauses, limits and encodings come from here.
 */

/** The field of an object's `misc` that names its lab. */
export const labFields = { builds: "lab", tests: "runtime" } as const;

/** The field of a `misc` that keeps a runtime that names no lab. */
export const automaticLab = "automatic_lab";

/** Where a test ran. */
export const platform: JsonField = { column: "environment_misc", field: "platform" };

/** Known issues, one row for each id and version. */
export const issues = table("issues", {
  columns: {
    _timestamp: "timestamp ingested",
    id: "text!",
    version: "integer!",
    origin: "text!",
    report_url: "text",
    report_subject: "text",
    culprit_code: "boolean",
    culprit_tool: "boolean",
    culprit_harness: "boolean",
    comment: "text",
    misc: "json",
    categories: "text[]",
  },
  unique: {
    issues_id_version_a2d04e12_uniq: { columns: ["id", "version"], nullsEqual: false },
  },
  indexes: {
    issues__timestamp: index("_timestamp"),
    issues_categories: { kind: "list", keys: ["categories"] },
    issues_culprit_code: index("culprit_code"),
    issues_culprit_harness: index("culprit_harness"),
    issues_culprit_tool: index("culprit_tool"),
    issues_id_84053640_like: { kind: "prefix", keys: ["id"] },
    issues_origin: index("origin"),
  },
});

/** Checkouts, one row for each id. */
export const checkouts = table("checkouts", {
  columns: {
    _timestamp: "timestamp ingested",
    id: "text!",
    origin: "text!",
    tree_name: "text",
    git_repository_url: "text",
    git_commit_hash: "text",
    git_commit_name: "text",
    git_repository_branch: "text",
    patchset_files: "json",
    patchset_hash: "text",
    message_id: "text",
    comment: "text",
    start_time: "timestamp",
    log_url: "text",
    log_excerpt: "varchar(16384)",
    valid: "boolean",
    misc: "json",
    git_commit_message: "text",
    git_repository_branch_tip: "boolean",
    git_commit_tags: "text[]",
    origin_builds_finish_time: "timestamp",
    origin_tests_finish_time: "timestamp",
  },
  indexes: {
    checkouts__timestamp: index("_timestamp"),
    checkouts_commit_hash: index("git_commit_hash"),
    checkouts_commit_name: index("git_commit_name"),
    checkouts_commit_tags: { kind: "list", keys: ["git_commit_tags"] },
    checkouts_git_branch: index("git_repository_branch"),
    checkouts_git_url: index("git_repository_url"),
    checkouts_id_0952242d_like: { kind: "prefix", keys: ["id"] },
    checkouts_origin: index("origin"),
    checkouts_start_time: index("start_time"),
    checkouts_tree_name: index("tree_name"),
  },
});

/** Builds, one row for each id. */
export const builds = table("builds", {
  columns: {
    _timestamp: "timestamp ingested",
    id: "text!",
    origin: "text!",
    comment: "text",
    start_time: "timestamp",
    duration: "double",
    architecture: "text",
    command: "text",
    compiler: "text",
    input_files: "json",
    output_files: "json",
    config_name: "text",
    config_url: "text",
    log_url: "text",
    log_excerpt: "varchar(16384)",
    misc: "json",
    status: "varchar(10)",
    checkout_id: "text!",
    series: "text",
  },
  fallbacks: { misc: { column: "origin", field: labFields.builds } },
  generated: { series: { md5Of: ["config_name", "compiler", "architecture"] } },
  indexes: {
    builds__timestamp: index("_timestamp"),
    builds_architecture: index("architecture"),
    builds_checkout_id_e340e47e: index("checkout_id"),
    builds_checkout_id_e340e47e_like: { kind: "prefix", keys: ["checkout_id"] },
    builds_compiler: index("compiler"),
    builds_config_name: index("config_name"),
    builds_id_1a7220a9_like: { kind: "prefix", keys: ["id"] },
    builds_origin: index("origin"),
    builds_series_idx: index("series"),
    builds_start_time: index("start_time"),
    builds_status: index("status"),
  },
});

/** Tests and boots, one row for each id. */
export const tests = table("tests", {
  columns: {
    _timestamp: "timestamp ingested",
    id: "text!",
    origin: "text!",
    environment_comment: "text",
    environment_misc: "json",
    path: "text",
    comment: "text",
    log_url: "text",
    log_excerpt: "varchar(16384)",
    status: "varchar(10)",
    start_time: "timestamp",
    duration: "double",
    output_files: "json",
    misc: "json",
    number_value: "double",
    environment_compatible: "text[]",
    number_prefix: "varchar(10)",
    number_unit: "text",
    input_files: "json",
    build_id: "text!",
  },
  fallbacks: { misc: { column: "origin", field: labFields.tests } },
  indexes: {
    tests__timestamp: index("_timestamp"),
    tests_build_id_551a24f9: index("build_id"),
    tests_build_id_551a24f9_like: { kind: "prefix", keys: ["build_id"] },
    tests_environment_compatible: { kind: "list", keys: ["environment_compatible"] },
    tests_id_17be4c77_like: { kind: "prefix", keys: ["id"] },
    tests_origin: index("origin"),
    tests_origin_time_platform: { ...index("origin", "start_time"), where: platform },
    tests_path: index("path"),
    tests_platform_idx: index(platform),
    tests_start_time: index("start_time"),
    tests_status: index("status"),
  },
});

/** Where issues were found, one row for each id. */
export const incidents = table("incidents", {
  columns: {
    _timestamp: "timestamp ingested",
    id: "text!",
    origin: "text!",
    issue_version: "integer!",
    present: "boolean",
    comment: "text",
    misc: "json",
    build_id: "text",
    issue_id: "text!",
    test_id: "text",
  },
  indexes: {
    incidents__timestamp: index("_timestamp"),
    incidents_build_id_dfa49727: index("build_id"),
    incidents_build_id_dfa49727_like: { kind: "prefix", keys: ["build_id"] },
    incidents_id_3157cef8_like: { kind: "prefix", keys: ["id"] },
    incidents_issue_id_5ef3a289: index("issue_id"),
    incidents_issue_id_5ef3a289_like: { kind: "prefix", keys: ["issue_id"] },
    incidents_issue_version: index("issue_version"),
    incidents_origin: index("origin"),
    incidents_test_id_5d40ff84: index("test_id"),
    incidents_test_id_5d40ff84_like: { kind: "prefix", keys: ["test_id"] },
  },
});
