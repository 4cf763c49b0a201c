import { type Table, table } from "./table.ts";

/**
 * The dashboard's tables that ingestion writes, in the order of writing, each with the names of its
 * catalogue (`rows/README.md` 1). DDL, inserts, conflict clauses, limits and encodings come from here.
 */

/** The field of an object's `misc` that names its lab. */
export const labFields = { builds: "lab", tests: "runtime" } as const;

export const issues = table("issues", {
  columns: {
    _timestamp: "timestamp",
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
  unique: { issues_id_version_a2d04e12_uniq: "(id, version)" },
  indexes: {
    issues__timestamp: "(_timestamp)",
    issues_categories: "using gin (categories)",
    issues_culprit_code: "(culprit_code)",
    issues_culprit_harness: "(culprit_harness)",
    issues_culprit_tool: "(culprit_tool)",
    issues_id_84053640_like: "(id text_pattern_ops)",
    issues_origin: "(origin)",
  },
});

export const checkouts = table("checkouts", {
  columns: {
    _timestamp: "timestamp",
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
    checkouts__timestamp: "(_timestamp)",
    checkouts_commit_hash: "(git_commit_hash)",
    checkouts_commit_name: "(git_commit_name)",
    checkouts_commit_tags: "using gin (git_commit_tags)",
    checkouts_git_branch: "(git_repository_branch)",
    checkouts_git_url: "(git_repository_url)",
    checkouts_id_0952242d_like: "(id text_pattern_ops)",
    checkouts_origin: "(origin)",
    checkouts_start_time: "(start_time)",
    checkouts_tree_name: "(tree_name)",
  },
});

export const builds = table("builds", {
  columns: {
    _timestamp: "timestamp",
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
    builds__timestamp: "(_timestamp)",
    builds_architecture: "(architecture)",
    builds_checkout_id_e340e47e: "(checkout_id)",
    builds_checkout_id_e340e47e_like: "(checkout_id text_pattern_ops)",
    builds_compiler: "(compiler)",
    builds_config_name: "(config_name)",
    builds_id_1a7220a9_like: "(id text_pattern_ops)",
    builds_origin: "(origin)",
    builds_series_idx: "(series)",
    builds_start_time: "(start_time)",
    builds_status: "(status)",
  },
});

export const tests = table("tests", {
  columns: {
    _timestamp: "timestamp",
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
    tests__timestamp: "(_timestamp)",
    tests_build_id_551a24f9: "(build_id)",
    tests_build_id_551a24f9_like: "(build_id text_pattern_ops)",
    tests_environment_compatible: "using gin (environment_compatible)",
    tests_id_17be4c77_like: "(id text_pattern_ops)",
    tests_origin: "(origin)",
    tests_origin_time_platform:
      "(origin, start_time) where (environment_misc ->> 'platform') is not null",
    tests_path: "(path)",
    tests_platform_idx: "((environment_misc ->> 'platform'))",
    tests_start_time: "(start_time)",
    tests_status: "(status)",
  },
});

export const incidents = table("incidents", {
  columns: {
    _timestamp: "timestamp",
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
    incidents__timestamp: "(_timestamp)",
    incidents_build_id_dfa49727: "(build_id)",
    incidents_build_id_dfa49727_like: "(build_id text_pattern_ops)",
    incidents_id_3157cef8_like: "(id text_pattern_ops)",
    incidents_issue_id_5ef3a289: "(issue_id)",
    incidents_issue_id_5ef3a289_like: "(issue_id text_pattern_ops)",
    incidents_issue_version: "(issue_version)",
    incidents_origin: "(origin)",
    incidents_test_id_5d40ff84: "(test_id)",
    incidents_test_id_5d40ff84_like: "(test_id text_pattern_ops)",
  },
});

export const latestCheckout = table("latest_checkout", {
  columns: {
    checkout_id: "text!",
    start_time: "timestamp!",
    origin: "varchar(100)!",
    tree_name: "text",
    git_repository_url: "text",
    git_repository_branch: "text",
    id: "integer identity!",
  },
  unique: {
    latest_checkout_unique:
      "nulls not distinct (origin, tree_name, git_repository_url, git_repository_branch)",
  },
  indexes: { latest_checkout_checkout_id: "(checkout_id)" },
  conflict: {
    on: ["origin", "tree_name", "git_repository_url", "git_repository_branch"],
    rule: "latest",
    order: ["start_time", "checkout_id"],
    takes: [],
  },
});

export const treeListing = table("tree_listing", {
  columns: {
    id: "integer identity!",
    checkout_id: "text!",
    origin: "text!",
    tree_name: "text",
    git_repository_url: "text",
    git_repository_branch: "text",
    git_commit_hash: "text",
    git_commit_name: "text",
    git_commit_tags: "text[]",
    start_time: "timestamp",
    build_pass: "integer!",
    build_failed: "integer!",
    build_inc: "integer!",
    boot_pass: "integer!",
    boot_failed: "integer!",
    boot_inc: "integer!",
    test_pass: "integer!",
    test_failed: "integer!",
    test_inc: "integer!",
  },
  unique: {
    tree_listing_tree_unique:
      "nulls not distinct (origin, tree_name, git_repository_url, git_repository_branch, git_commit_hash)",
  },
  indexes: {
    tree_listing_checkout_id: "(checkout_id)",
    tree_listing_start_time: "(start_time)",
  },
  conflict: {
    on: ["origin", "tree_name", "git_repository_url", "git_repository_branch", "git_commit_hash"],
    rule: "latest",
    order: ["start_time", "checkout_id"],
    takes: ["git_commit_name", "git_commit_tags"],
  },
});

export const pendingTest = table("pending_test", {
  columns: {
    test_id: "text!",
    origin: "varchar(100)!",
    platform: "varchar(100)",
    compatible: "text[]",
    build_id: "text!",
    status: "varchar(1)",
    is_boot: "boolean!",
    full_status: "varchar(10)",
    lab: "text",
    path: "text",
    start_time: "timestamp",
  },
  // The misc is not here to tell who gave the lab: one that is equal to the origin counts as ingestion's
  // own. Where a submission gave it, nothing is lost: any other gives the same, or contradicts it.
  fallbacks: { lab: { column: "origin" } },
  follows: { is_boot: "path" },
  primaryKey: "test_id",
  indexes: { pending_test_test_id_3ac2a31a_like: "(test_id text_pattern_ops)" },
});

export const pendingBuilds = table("pending_builds", {
  columns: {
    build_id: "text!",
    origin: "varchar(100)!",
    checkout_id: "text!",
    status: "varchar(1)",
  },
  primaryKey: "build_id",
  indexes: { pending_builds_build_id_c75fe935_like: "(build_id text_pattern_ops)" },
});

/** The nine tables that ingestion writes, in the order of writing. */
export const tables: readonly Table[] = [
  issues,
  checkouts,
  builds,
  tests,
  incidents,
  latestCheckout,
  treeListing,
  pendingTest,
  pendingBuilds,
];
