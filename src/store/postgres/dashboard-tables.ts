import { type Table, table } from "../../rows/table.ts";

/** Tables of the dashboard that ingestion never writes; `migrate` makes them so that it could run. */
export const dashboardTables: readonly Table[] = [
  table("hardware_status", {
    columns: {
      checkout_id: "text!",
      test_origin: "varchar(100)!",
      platform: "varchar(100)!",
      compatibles: "text[]",
      start_time: "timestamp!",
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
    primaryKey: "test_origin, platform, checkout_id",
    indexes: {
      hw_status_checkout_id: "(checkout_id)",
      hw_status_origin_time: "(test_origin, start_time)",
    },
  }),
  table("processed_listing_items", {
    columns: { listing_item_key: "bytes!", checkout_id: "text!", status: "varchar(1)" },
    primaryKey: "listing_item_key",
    primaryKeyName: "processed_hardware_status_pkey",
    indexes: { phs_checkout_id: "(checkout_id)" },
  }),
  table("tree_tests_rollup", {
    columns: {
      id: "bigint identity!",
      origin: "text!",
      tree_name: "text",
      git_repository_branch: "text",
      git_repository_url: "text",
      git_commit_hash: "text",
      path_group: "text!",
      build_config_name: "text!",
      build_architecture: "text!",
      build_compiler: "text!",
      hardware_key: "text!",
      test_platform: "text",
      test_lab: "text",
      test_origin: "text",
      issue_id: "text",
      issue_version: "integer",
      issue_uncategorized: "boolean!",
      is_boot: "boolean!",
      pass_tests: "integer!",
      fail_tests: "integer!",
      skip_tests: "integer!",
      error_tests: "integer!",
      miss_tests: "integer!",
      done_tests: "integer!",
      null_tests: "integer!",
      total_tests: "integer!",
    },
    unique: {
      tree_tests_rollup_unique:
        "nulls not distinct (origin, tree_name, git_repository_branch, git_repository_url, git_commit_hash, path_group, build_config_name, build_architecture, build_compiler, hardware_key, test_platform, test_lab, test_origin, issue_id, issue_version, issue_uncategorized)",
    },
    indexes: {
      tree_tests_rollup_group_total: "(path_group, total_tests)",
      tree_tests_rollup_scope:
        "(origin, tree_name, git_repository_branch, git_repository_url, git_commit_hash)",
    },
  }),
];
