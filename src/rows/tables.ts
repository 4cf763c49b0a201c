import { fieldPath } from "./field-path.ts";
import { builds, checkouts, incidents, issues, labFields, platform, tests } from "./main-tables.ts";
import { index, type Table, table } from "./table.ts";

export { builds, checkouts, incidents, issues, tests } from "./main-tables.ts";

/** The tables that follow from the main ones, and the list of all that ingestion writes. */

/** What tells one tree from another, and one commit of it; ones that do not say are alike. */
const treeKey = ["origin", "tree_name", "git_repository_url", "git_repository_branch"];
const commitKey = [...treeKey, "git_commit_hash"];

/** How many builds, boots and tests passed, failed and ended otherwise. */
export const statusCountColumns = {
  build_pass: "integer!",
  build_failed: "integer!",
  build_inc: "integer!",
  boot_pass: "integer!",
  boot_failed: "integer!",
  boot_inc: "integer!",
  test_pass: "integer!",
  test_failed: "integer!",
  test_inc: "integer!",
} as const;

/** The latest checkout of each tree. */
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
  derived: { from: checkouts, needs: "start_time", sources: { checkout_id: { copy: "id" } } },
  unique: {
    latest_checkout_unique: { columns: treeKey, nullsEqual: true },
  },
  indexes: { latest_checkout_checkout_id: index("checkout_id") },
  conflict: {
    on: treeKey,
    rule: "latest",
    order: ["start_time", "checkout_id"],
    takes: [],
  },
});

/** The latest checkout of each commit of each tree, with counts that the dashboard keeps. */
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
    ...statusCountColumns,
  },
  derived: {
    from: checkouts,
    sources: {
      checkout_id: { copy: "id" },
      // The dashboard counts.
      ...Object.fromEntries(Object.keys(statusCountColumns).map((name) => [name, { constant: 0 }])),
    },
  },
  unique: {
    tree_listing_tree_unique: { columns: commitKey, nullsEqual: true },
  },
  indexes: {
    tree_listing_checkout_id: index("checkout_id"),
    tree_listing_start_time: index("start_time"),
  },
  conflict: {
    on: commitKey,
    rule: "latest",
    order: ["start_time", "checkout_id"],
    takes: ["git_commit_name", "git_commit_tags"],
  },
});

/** Tests that the dashboard has yet to aggregate. */
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
  derived: {
    from: tests,
    sources: {
      test_id: { copy: "id" },
      platform: { text: [...fieldPath(platform.column), platform.field] },
      compatible: { copy: "environment_compatible" },
      status: { letter: "status" },
      is_boot: { isBoot: "path" },
      full_status: { copy: "status" },
      lab: { text: ["misc", labFields.tests] },
    },
  },
  // The misc is not here to tell who gave the lab: one that is equal to the origin counts as ingestion's
  // own. Where a submission gave it, nothing is lost: any other gives the same, or contradicts it.
  fallbacks: { lab: { column: "origin" } },
  follows: { is_boot: "path" },
  primaryKey: ["test_id"],
  indexes: { pending_test_test_id_3ac2a31a_like: { kind: "prefix", keys: ["test_id"] } },
});

/** Builds that the dashboard has yet to aggregate. */
export const pendingBuilds = table("pending_builds", {
  columns: {
    build_id: "text!",
    origin: "varchar(100)!",
    checkout_id: "text!",
    status: "varchar(1)",
  },
  derived: {
    from: builds,
    sources: { build_id: { copy: "id" }, status: { letter: "status" } },
  },
  primaryKey: ["build_id"],
  indexes: { pending_builds_build_id_c75fe935_like: { kind: "prefix", keys: ["build_id"] } },
});

/**
 * The version of the tables in a SQLite file, kept in its `user_version`: one more with each change of them.
 * Files of 0.1.0 have 0.
 */
export const schemaVersion = 7;

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
