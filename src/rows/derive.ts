import type { Item } from "../submission/submission.ts";
import type { Row, Value } from "./row.ts";
import type { Table } from "./table.ts";
import {
  builds,
  checkouts,
  latestCheckout,
  pendingBuilds,
  pendingTest,
  tests,
  treeListing,
} from "./tables.ts";

type Emit = (table: Table, row: Row) => void;

/** Emits the derived rows that follow from one row of a main table (`spec/database.md`). */
export function deriveRows(table: Table, row: Row, item: Item, emit: Emit): void {
  derivations.get(table)?.(row, item, emit);
}

const derivations = new Map<Table, (row: Row, item: Item, emit: Emit) => void>([
  [checkouts, deriveTrees],
  [builds, derivePendingBuild],
  [tests, derivePendingTest],
]);

function deriveTrees(row: Row, _item: Item, emit: Emit): void {
  const given = (column: string) => row[checkouts.at(column)] ?? null;
  const facts: Record<string, Value> = {
    checkout_id: given("id"),
    origin: given("origin"),
    tree_name: given("tree_name"),
    git_repository_url: given("git_repository_url"),
    git_repository_branch: given("git_repository_branch"),
    git_commit_hash: given("git_commit_hash"),
    git_commit_name: given("git_commit_name"),
    git_commit_tags: given("git_commit_tags"),
    start_time: given("start_time"),
  };
  // latest_checkout cannot hold a checkout that does not say when it started.
  if (facts.start_time !== null) {
    emit(
      latestCheckout,
      latestCheckout.written.map((column) => facts[column.name] ?? null),
    );
  }
  emit(
    treeListing,
    treeListing.written.map((column) => (column.name in facts ? (facts[column.name] ?? null) : 0)),
  );
}

function derivePendingBuild(row: Row, _item: Item, emit: Emit): void {
  emit(pendingBuilds, [
    row[builds.at("id")] ?? null,
    row[builds.at("origin")] ?? null,
    row[builds.at("checkout_id")] ?? null,
    shortStatus(row[builds.at("status")] ?? null),
  ]);
}

const testAt = {
  id: tests.at("id"),
  origin: tests.at("origin"),
  build_id: tests.at("build_id"),
  compatible: tests.at("environment_compatible"),
  status: tests.at("status"),
  path: tests.at("path"),
  start_time: tests.at("start_time"),
};

function derivePendingTest(row: Row, item: Item, emit: Emit): void {
  const path = row[testAt.path] ?? null;
  const status = row[testAt.status] ?? null;
  emit(pendingTest, [
    row[testAt.id] ?? null,
    row[testAt.origin] ?? null,
    textIn((item.environment as { misc?: unknown } | undefined)?.misc, "platform"),
    row[testAt.compatible] ?? null,
    row[testAt.build_id] ?? null,
    shortStatus(status),
    typeof path === "string" && (path === "boot" || path.startsWith("boot.")),
    status,
    textIn(item.misc, "runtime"),
    path,
    row[testAt.start_time] ?? null,
  ]);
}

/** P for PASS, F for FAIL, I for any other, NULL for none. */
function shortStatus(status: Value): Value {
  if (status === null) return null;
  return status === "PASS" ? "P" : status === "FAIL" ? "F" : "I";
}

/** A field of a free-form object as text, the way `->>` would give it. */
export function textIn(misc: unknown, field: string): string | null {
  if (typeof misc !== "object" || misc === null || !Object.hasOwn(misc, field)) return null;
  const value = (misc as Record<string, unknown>)[field];
  if (value === null || value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
