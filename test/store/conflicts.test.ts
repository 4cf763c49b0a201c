import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  builds,
  checkouts,
  incidents,
  issues,
  latestCheckout,
  pendingBuilds,
  pendingTest,
  tests,
  treeListing,
} from "../../src/rows/tables.ts";
import { emptyTables, type Prepared, prepareStore } from "./prepared-store.ts";
import { waysToStore } from "./store-kinds.ts";
import { readStored, rowSet } from "./stored.ts";

const time = (minute: number) => `2026-01-01T00:${String(minute).padStart(2, "0")}:00.000000Z`;

/** The nine counters of a row of tree_listing. */
const counters = (count: number) =>
  Object.fromEntries(
    treeListing.written
      .filter((column) => column.type === "integer")
      .map(({ name }) => [name, count] as const),
  );

// Whether rows of one key meet in one batch or in the database, the outcome is the same.
const ways = [
  { way: "in one batch", oneByOne: false },
  { way: "one after the other", oneByOne: true },
];
const cases = waysToStore.flatMap((kind) =>
  ways.map(({ way, oneByOne }) => ({ kind, name: kind.name, way, oneByOne })),
);

describe.each(cases)("rows of one key, $way, on $name", ({ kind, oneByOne }) => {
  let prepared: Prepared;
  beforeAll(async () => {
    prepared = await prepareStore(kind);
  });
  afterAll(async () => prepared?.[Symbol.asyncDispose]());

  /** What a table holds after rows of it were written. */
  async function outcome(
    table: Parameters<typeof rowSet>[0],
    ...rows: Parameters<typeof rowSet>[1][]
  ) {
    await emptyTables(prepared.database);
    if (!oneByOne) await prepared.store.write(rowSet(table, ...rows));
    else for (const row of rows) await prepared.store.write(rowSet(table, row));
    return readStored(prepared.database, table);
  }

  test("what is stored stays, a NULL is filled in, the later _timestamp is taken", async () => {
    const base = { id: "a:1", origin: "a", build_id: "a:b" };
    const [row, ...others] = await outcome(
      tests,
      { ...base, _timestamp: time(2), path: "boot", environment_compatible: [] },
      { ...base, _timestamp: time(3), path: "other", status: "PASS", origin: "z", build_id: "z" },
      { ...base, _timestamp: time(1), status: "FAIL", duration: 0, comment: "" },
      { ...base, _timestamp: time(1), duration: 5, comment: "late", environment_compatible: ["x"] },
    );
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      _timestamp: time(3),
      origin: "a",
      build_id: "a:b",
      path: "boot",
      status: "PASS",
      duration: 0,
      comment: "",
      environment_compatible: [],
      log_url: null,
    });
  });

  test("false and an empty object are values, not gaps", async () => {
    const base = { id: "a:1", origin: "a" };
    const [row] = await outcome(
      checkouts,
      { ...base, valid: false, misc: "{}", git_commit_tags: [] },
      { ...base, valid: true, misc: '{"a":1}', git_commit_tags: ["v1"] },
    );
    expect(row).toMatchObject({ valid: false, misc: {}, git_commit_tags: [] });
  });

  test("a NULL _timestamp is filled in", async () => {
    const base = { id: "a:1", origin: "a", issue_id: "a:i", issue_version: 1 };
    const [row] = await outcome(incidents, base, { ...base, _timestamp: time(1) });
    expect(row?._timestamp).toBe(time(1));
  });

  test("an issue's later version does not replace the stored one", async () => {
    const rows = await outcome(
      issues,
      { id: "a:1", version: 1, origin: "a" },
      { id: "a:1", version: 2, origin: "a", comment: "from version 2" },
    );
    expect(rows).toMatchObject([{ id: "a:1", version: 1, comment: "from version 2" }]);
  });

  test("series follows what fills a build", async () => {
    const base = { id: "a:1", origin: "a", checkout_id: "a:c" };
    const [row] = await outcome(
      builds,
      { ...base, compiler: "gcc" },
      { ...base, config_name: "def", compiler: "clang", architecture: "arm" },
    );
    const series = new Bun.CryptoHasher("md5").update("defgccarm").digest("hex");
    expect(row).toMatchObject({ config_name: "def", compiler: "gcc", architecture: "arm", series });
  });

  test("latest_checkout takes over a later start, and of equal ones the greater id", async () => {
    const tree = { origin: "a", tree_name: "t", git_repository_branch: "b" };
    const rows = await outcome(
      latestCheckout,
      { ...tree, checkout_id: "a:2", start_time: time(2) },
      { ...tree, checkout_id: "a:1", start_time: time(1) },
      { ...tree, checkout_id: "a:3", start_time: time(3) },
      { ...tree, checkout_id: "a:tie", start_time: time(3) },
      { ...tree, checkout_id: "a:B", start_time: time(3) },
      { ...tree, tree_name: "", checkout_id: "a:empty", start_time: time(1) },
      { ...tree, tree_name: null, checkout_id: "a:null", start_time: time(1) },
      { ...tree, tree_name: null, checkout_id: "a:null2", start_time: time(2) },
    );
    expect(rows.map((row) => row.checkout_id).sort()).toEqual(["a:empty", "a:null2", "a:tie"]);
  });

  test("tree_listing takes over four columns when the start is later, and NULL is earliest", async () => {
    const tree = { ...counters(0), origin: "a", tree_name: "t", git_commit_hash: "f00" };
    const rows = await outcome(
      treeListing,
      { ...tree, checkout_id: "a:none", git_commit_name: "none" },
      { ...tree, checkout_id: "a:none2", git_commit_name: "none2" },
      { ...tree, checkout_id: "a:1", start_time: time(1), git_commit_tags: ["v1"], build_pass: 9 },
      { ...tree, checkout_id: "a:none3", git_commit_name: "none3" },
      { ...tree, checkout_id: "a:0", start_time: time(1), git_commit_name: "tie" },
      { ...tree, git_commit_hash: null, checkout_id: "a:null" },
    );
    expect(rows).toMatchObject([
      { git_commit_hash: "f00", checkout_id: "a:1", git_commit_tags: ["v1"], start_time: time(1) },
      { git_commit_hash: null, checkout_id: "a:null", start_time: null },
    ]);
    expect(rows[0]).toMatchObject({ git_commit_name: null, ...counters(0) });
  });

  test("of two checkouts of a tree that start at one time, or say no time, the greater id counts", async () => {
    const tree = { ...counters(0), origin: "a", git_commit_hash: "f00" };
    for (const started of [{ start_time: time(1) }, {}]) {
      const ids = ["a:b", "a:～", "a:😀", "a:é", "a:B"];
      const listed = await outcome(
        treeListing,
        ...ids.map((id) => ({ ...tree, ...started, checkout_id: id, git_commit_name: id })),
      );
      expect(listed).toMatchObject([{ checkout_id: "a:😀", git_commit_name: "a:😀" }]);
    }
  });

  test("what two submissions tell of one checkout is put together in tree_listing", async () => {
    const checkout = { ...counters(0), origin: "a", checkout_id: "a:1", start_time: time(1) };
    const rows = await outcome(
      treeListing,
      { ...checkout, git_commit_tags: ["v1"] },
      { ...checkout, git_commit_name: "v1", git_commit_tags: ["v2"] },
      { ...checkout, start_time: null, git_commit_name: "v0" },
    );
    expect(rows).toMatchObject([{ git_commit_name: "v1", git_commit_tags: ["v1"] }]);
  });

  test.each([
    { table: builds, field: "lab", parent: { checkout_id: "a:c" } },
    { table: tests, field: "runtime", parent: { build_id: "a:b" } },
  ])("a misc of $table.name that ingestion made gives way to a given one", async (one) => {
    const base = { id: "a:1", origin: "a", ...one.parent };
    const made = { ...base, misc: JSON.stringify({ [one.field]: "a" }) };
    const given = { ...base, misc: JSON.stringify({ [one.field]: "a", x: 1.5 }) };
    const other = { ...base, misc: JSON.stringify({ [one.field]: "other" }) };
    const misc = async (...rows: (typeof made)[]) => (await outcome(one.table, ...rows))[0]?.misc;
    expect(await misc(made, given, made)).toEqual({ [one.field]: "a", x: 1.5 });
    expect(await misc(given, made)).toEqual({ [one.field]: "a", x: 1.5 });
    expect(await misc(made, made)).toEqual({ [one.field]: "a" });
    expect(await misc({ ...base, misc: "null" }, given)).toBeNull();
    expect((await outcome(one.table, base, made))[0]?.misc).toEqual({ [one.field]: "a" });
    // Of two that are given the first stays, as everywhere.
    expect(await misc(other, given, made)).toEqual({ [one.field]: "other" });
    expect(await misc({ ...given, misc: "{}" }, other)).toEqual({});
  });

  test("a lab of pending_test that ingestion made gives way to a given one", async () => {
    const base = { test_id: "a:1", origin: "a", build_id: "a:b", is_boot: false };
    const lab = async (...labs: (string | null)[]) => {
      const rows = await outcome(pendingTest, ...labs.map((name) => ({ ...base, lab: name })));
      return rows[0]?.lab;
    };
    expect(await lab("a", "lava", "a")).toBe("lava");
    expect(await lab("lava", "a")).toBe("lava");
    expect(await lab("a", "a")).toBe("a");
    expect(await lab(null, "a")).toBe("a");
    expect(await lab("a", null)).toBe("a");
    expect(await lab("lava", "other")).toBe("lava");
  });

  test("is_boot comes with the path that is stored", async () => {
    const base = { test_id: "a:1", origin: "a", build_id: "a:b", is_boot: false };
    const boot = { ...base, path: "boot.nfs", is_boot: true };
    const other = { ...base, path: "ltp" };
    const isBoot = async (...rows: (typeof base)[]) =>
      (await outcome(pendingTest, ...rows))[0]?.is_boot;
    expect(await isBoot(base, boot)).toBe(true);
    expect(await isBoot(boot, base)).toBe(true);
    expect(await isBoot(boot, other)).toBe(true);
    expect(await isBoot(other, boot)).toBe(false);
    expect(await isBoot(base, base, other, boot)).toBe(false);
  });

  test("pending_test fills its seven columns and keeps the others", async () => {
    const base = { test_id: "a:1", origin: "a", build_id: "a:b", is_boot: false };
    const [row] = await outcome(
      pendingTest,
      { ...base, status: "F", full_status: "FAIL" },
      { ...base, origin: "z", build_id: "z", is_boot: true, status: "P", full_status: "PASS" },
      { ...base, platform: "rpi", compatible: ["x"], path: "boot", lab: "l", start_time: time(1) },
      { ...base, platform: "other", lab: "other", start_time: time(2) },
    );
    expect(row).toEqual({
      ...base,
      ...{ platform: "rpi", compatible: ["x"], path: "boot", lab: "l", start_time: time(1) },
      ...{ status: "F", full_status: "FAIL" },
    });
  });

  test("pending_builds fills the status and keeps the others", async () => {
    const base = { build_id: "a:1", origin: "a", checkout_id: "a:c" };
    const rows = await outcome(
      pendingBuilds,
      base,
      { ...base, checkout_id: "z", status: "P" },
      { ...base, status: "F" },
    );
    expect(rows).toEqual([{ ...base, status: "P" }]);
  });
});
