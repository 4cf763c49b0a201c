import { expect, test } from "bun:test";
import { parseExactly } from "../../src/base/raw-json.ts";
import type { RowSet } from "../../src/rows/row.ts";
import { tables } from "../../src/rows/tables.ts";
import { addRows } from "../../src/rows/to-rows.ts";
import type { Submission } from "../../src/submission/submission.ts";

const now = "2025-01-02T03:04:05.678000Z";

/** The rows of a submission by table, values that are NULL left out. */
function rowsOf(lists: Partial<Submission>): Record<string, Record<string, unknown>[]> {
  const rows: RowSet = new Map();
  addRows(rows, { version: { major: 5, minor: 3 }, ...lists }, now);
  return Object.fromEntries(
    tables.flatMap((table) => {
      const list = rows.get(table)?.map((row) => {
        const cells = table.written.map((column, place) => [column.name, row[place] ?? null]);
        return Object.fromEntries(cells.filter(([, value]) => value !== null));
      });
      return list ? [[table.name, list]] : [];
    }),
  );
}

test("a checkout goes to three tables, the latest one only when it says when it started", () => {
  const common = {
    tree_name: "mainline",
    git_commit_hash: "a".repeat(40),
    git_commit_tags: ["v6"],
  };
  const facts = { origin: "a", ...common };
  const given = [
    {
      id: "a:1",
      ...facts,
      start_time: "2025-01-01T00:00:00+01:00",
      _timestamp: "1999-01-01T00:00:00Z",
    },
    { id: "a:2", ...facts, patchset_files: [] },
  ];
  const { checkouts, latest_checkout, tree_listing } = rowsOf({ checkouts: given });
  const started = { start_time: "2024-12-31T23:00:00.000000Z" };
  expect(checkouts).toEqual([
    { _timestamp: now, id: "a:1", ...facts, ...started },
    { _timestamp: now, id: "a:2", ...facts, patchset_files: "[]" },
  ]);
  expect(latest_checkout?.map((row) => [row.checkout_id, row.start_time])).toEqual([
    ["a:1", started.start_time],
  ]);
  const listed = (id: string) =>
    expect.objectContaining({ checkout_id: id, ...facts, test_pass: 0 });
  expect(tree_listing).toEqual([listed("a:1"), listed("a:2")]);
});

test.each([
  ["PASS", "P"],
  ["FAIL", "F"],
  ["ERROR", "I"],
  ["SKIP", "I"],
  [undefined, undefined],
])("status %s is %s in the pending tables", (status, short) => {
  const given = { id: "a:1", origin: "a", ...(status ? { status } : {}) };
  const { pending_builds, pending_test } = rowsOf({
    builds: [{ ...given, checkout_id: "a:c" }],
    tests: [{ ...given, build_id: "a:b" }],
  });
  expect([pending_builds?.[0]?.status, pending_test?.[0]?.status]).toEqual([short, short]);
  expect(pending_test?.[0]?.full_status).toBe(status);
});

test.each([
  ["boot", true],
  ["boot.nfs", true],
  ["bootrr", false],
  ["baseline.boot", false],
  [undefined, false],
])("a test with path %s: is_boot is %p", (path, isBoot) => {
  const given = { id: "a:1", origin: "a", build_id: "a:b", ...(path ? { path } : {}) };
  expect(rowsOf({ tests: [given] }).pending_test).toEqual([
    { test_id: "a:1", origin: "a", build_id: "a:b", is_boot: isBoot, ...(path ? { path } : {}) },
  ]);
});

test("platform and lab are taken as ->> would, exactly", () => {
  const misc = parseExactly('{"platform":9007199254740993,"runtime":{"a":1.0}}') as object;
  const given = { id: "a:1", origin: "a", build_id: "a:b", environment: { misc }, misc };
  expect(rowsOf({ tests: [given] }).pending_test?.[0]).toMatchObject({
    platform: "9007199254740993",
    lab: '{"a":1.0}',
  });
  const none = { ...given, environment: { misc: { platform: null } }, misc: {} };
  const [row] = rowsOf({ tests: [none] }).pending_test ?? [];
  expect(row).not.toHaveProperty("platform");
  expect(row).not.toHaveProperty("lab");
});

test("nested fields have columns of their own, and misc keeps its text", () => {
  const { tests } = rowsOf({
    tests: [
      {
        id: "a:1",
        origin: "a",
        build_id: "a:b",
        environment: { comment: "c", compatible: ["x,y", "z"] },
        number: { value: 1.5, unit: "B", prefix: "metric" },
        misc: parseExactly('{"n":1.0,"b":[1e5]}') as Record<string, unknown>,
      },
    ],
  });
  expect(tests?.[0]).toMatchObject({
    environment_comment: "c",
    environment_compatible: ["x,y", "z"],
    number_value: 1.5,
    number_unit: "B",
    number_prefix: "metric",
    misc: '{"n":1.0,"b":[1e5]}',
  });
});

test("what a submission does not have gives no rows, and order is that of the file", () => {
  expect(rowsOf({})).toEqual({});
  expect(rowsOf({ incidents: [], issues: [] })).toEqual({});
  const issue = (id: string) => ({ id, origin: "a", version: 1 });
  const { issues } = rowsOf({ issues: [issue("a:2"), issue("a:1"), issue("a:2")] });
  expect(issues?.map(({ id }) => id)).toEqual(["a:2", "a:1", "a:2"]);
});
