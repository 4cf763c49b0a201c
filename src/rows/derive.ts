import type { Item } from "../submission/submission.ts";
import type { Row, Value } from "./row.ts";
import type { Table } from "./table.ts";
import {
  builds,
  checkouts,
  labFields,
  latestCheckout,
  pendingBuilds,
  pendingTest,
  tests,
  treeListing,
} from "./tables.ts";

type Emit = (table: Table, row: Row) => void;

/** Emits the derived rows that follow from one row of a main table (`rows/README.md` 3). */
export function deriveRows(table: Table, row: Row, item: Item, emit: Emit): void {
  derivations.get(table)?.(row, item, emit);
}

const derivations = new Map<Table, (row: Row, item: Item, emit: Emit) => void>([
  [checkouts, deriveTrees],
  [builds, derivePendingBuild],
  [tests, derivePendingTest],
]);

/** Where the columns of a derived table come from: places of a checkout; undefined where it is a count. */
const placesIn = (table: Table) =>
  table.written.map(({ name }) => {
    const source = name === "checkout_id" ? "id" : name;
    return checkouts.written.some((column) => column.name === source)
      ? checkouts.at(source)
      : undefined;
  });
const latestCheckoutFrom = placesIn(latestCheckout);
const treeListingFrom = placesIn(treeListing);
const checkoutStart = checkouts.at("start_time");

function deriveTrees(row: Row, _item: Item, emit: Emit): void {
  const copy = (place: number | undefined) => (place === undefined ? 0 : (row[place] ?? null));
  // latest_checkout cannot hold a checkout that does not say when it started.
  if (row[checkoutStart] !== null) emit(latestCheckout, latestCheckoutFrom.map(copy));
  emit(treeListing, treeListingFrom.map(copy));
}

const buildAt = {
  id: builds.at("id"),
  origin: builds.at("origin"),
  checkout_id: builds.at("checkout_id"),
  status: builds.at("status"),
};

function derivePendingBuild(row: Row, _item: Item, emit: Emit): void {
  emit(pendingBuilds, [
    row[buildAt.id] ?? null,
    row[buildAt.origin] ?? null,
    row[buildAt.checkout_id] ?? null,
    shortStatus(row[buildAt.status] ?? null),
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
    textIn(item.misc, labFields.tests),
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
