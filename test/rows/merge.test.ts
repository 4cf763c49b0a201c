import { expect, test } from "bun:test";
import { mergeRows } from "../../src/rows/merge.ts";
import type { Row } from "../../src/rows/row.ts";
import type { Table } from "../../src/rows/table.ts";
import { builds, latestCheckout } from "../../src/rows/tables.ts";
import { rowOf } from "../store/stored.ts";

function merged(table: Table, ...rows: Parameters<typeof rowOf>[1][]): Record<string, unknown>[] {
  const result = mergeRows(
    table,
    rows.map((values) => rowOf(table, values)),
  );
  return result.map((row) => {
    const cells = table.written.map(({ name }, place): [string, Row[number]] => [
      name,
      row[place] ?? null,
    ]);
    return Object.fromEntries(cells.filter(([, value]) => value !== null));
  });
}

test("rows of one key become one: the first value that is there stays, the later time counts", () => {
  const key = { id: "a:1", origin: "a" };
  expect(
    merged(
      builds,
      { ...key, checkout_id: "a:c", _timestamp: "2025", status: "PASS" },
      { ...key, origin: "b", checkout_id: "a:d", _timestamp: "2024", status: "FAIL", comment: "x" },
      { ...key, checkout_id: "a:c", comment: "y", duration: 0 },
    ),
  ).toEqual([
    { ...key, checkout_id: "a:c", _timestamp: "2025", status: "PASS", comment: "x", duration: 0 },
  ]);
});

test("the result is sorted by key, whatever the order was", () => {
  const ids = ["b:1", "a:10", "a:1", "a:é", "a:2"];
  const rows = merged(builds, ...ids.map((id) => ({ id, origin: "a", checkout_id: "a:c" })));
  expect(rows.map(({ id }) => id)).toEqual(ids.toSorted());
});

test("the latest checkout of a tree is the one that started last; of equals the greater id", () => {
  const tree = { origin: "a", tree_name: "mainline" };
  const at = (checkout_id: string, start_time: string) => ({ ...tree, checkout_id, start_time });
  const rows = merged(
    latestCheckout,
    at("a:2", "2025-02"),
    at("a:1", "2025-01"),
    at("a:4", "2025-03"),
    at("a:3", "2025-03"),
    { ...at("a:5", "2025-01"), tree_name: null },
  );
  expect(rows.map(({ checkout_id }) => checkout_id).sort()).toEqual(["a:4", "a:5"]);
});

test("ids are compared by code points, as databases do, not by UTF-16", () => {
  const at = (checkout_id: string) => ({ origin: "a", checkout_id, start_time: "2025" });
  const [row] = merged(latestCheckout, at("a:😀"), at("a:～"));
  expect(row?.checkout_id).toBe("a:😀");
});

test("the rows that are given stay as they are", () => {
  const given = [1, 2].map((duration) => rowOf(builds, { id: "a:1", origin: "a", duration }));
  const before = structuredClone(given);
  mergeRows(builds, given);
  expect(given).toEqual(before);
});
