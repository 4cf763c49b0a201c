import { expect, test } from "bun:test";
import { finish, prepare } from "../../src/prepare/prepare.ts";
import { builds, checkouts, pendingTest, tests } from "../../src/rows/tables.ts";

const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const trees = new Map([["https://git.example.org/a.git", "a-tree"]]);
const timestamp = "2026-01-01T00:00:00.000000Z";

test("an old submission comes to rows with standard names, in the form of 5.3", () => {
  const prepared = prepare(
    encode({
      version: { major: 4, minor: 2 },
      checkouts: [{ id: "a:1", origin: "a", git_repository_url: "https://git.example.org/a.git" }],
      builds: [{ id: "a:b", origin: "a", checkout_id: "a:1", valid: false }],
      tests: [{ id: "a:t", origin: "a", build_id: "a:b", misc: { runtime: "k8s-1" } }],
    }),
    trees,
  );
  if (!prepared.accepted) throw new Error(prepared.refusal.message);
  expect(prepared.version).toBe("4.2");
  const { rows, rowCount } = finish(prepared.submission, timestamp);
  const cell = (table: typeof tests, name: string) => rows.get(table)?.[0]?.[table.at(name)];
  expect(cell(checkouts, "tree_name")).toBe("a-tree");
  expect(cell(builds, "status")).toBe("FAIL");
  expect(cell(builds, "misc")).toBe('{"lab":"a"}');
  expect(cell(tests, "misc")).toBe('{"runtime":"a","automatic_lab":"k8s-1"}');
  expect(cell(tests, "_timestamp")).toBe(timestamp);
  expect(cell(pendingTest, "lab")).toBe("a");
  // Three objects, and what follows from them: tree_listing, pending_builds, pending_test.
  expect(rowCount).toBe(6);
});

test("what is refused comes back with its reason", () => {
  const prepared = prepare(encode({ version: { major: 9, minor: 9 } }), trees);
  expect(prepared).toMatchObject({ accepted: false, refusal: { reason: "unknown-version" } });
});
