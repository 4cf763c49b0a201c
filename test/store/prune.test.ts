import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { RowSet } from "../../src/rows/row.ts";
import { type Pruner, type PruneScope, prune } from "../../src/store/pruner.ts";
import { storeKind } from "../../src/store/store-kind.ts";
import { Random } from "../submission/fuzz/random.ts";
import { cutoff, drawObjects, missingFrom, rowsOf, survivors } from "./draw-objects.ts";
import { replay } from "./model.ts";
import { type Prepared, prepareStore, storeOptions } from "./prepared-store.ts";
import { sharedStore } from "./shared-store.ts";
import { storeKinds } from "./store-kinds.ts";
import { readAllStored } from "./stored.ts";

setDefaultTimeout(60_000);

const seeds = [1, 2, 3];

async function openPruner({ database }: Prepared): Promise<Pruner> {
  return storeKind(database.url).openPruner(database.url, storeOptions);
}

/** Writes rows, many at a time. */
async function fill({ store }: Prepared, sets: readonly RowSet[]): Promise<void> {
  const whole: RowSet = new Map();
  for (const rows of sets) {
    for (const [table, list] of rows) whole.set(table, [...(whole.get(table) ?? []), ...list]);
  }
  await store.write(whole);
}

async function pruneAll(prepared: Prepared, scope: PruneScope): Promise<Record<string, number>> {
  await using pruner = await openPruner(prepared);
  const counts: Record<string, number> = {};
  for await (const { deleted } of prune(pruner, scope)) {
    for (const [name, rows] of Object.entries(deleted)) counts[name] = (counts[name] ?? 0) + rows;
  }
  return counts;
}

describe.each(storeKinds)("prune on $name", (kind) => {
  const shared = sharedStore(kind);

  test.each(seeds)(
    "leaves the tables as if what it deletes had never come, and counts the same before (%p)",
    async (seed) => {
      const prepared = shared();
      const drawn = drawObjects(new Random(seed), seed);
      const origin = seed % 2 ? undefined : "a";
      const left = survivors(drawn, origin);
      await fill(prepared, rowsOf(drawn));
      expect(await readAllStored(prepared.database)).toEqual(replay(rowsOf(drawn)));
      const scope = { before: cutoff, origin };
      const expected = missingFrom(drawn, left);
      {
        await using pruner = await openPruner(prepared);
        expect(await pruner.countRows(scope)).toEqual(expected);
      }
      const deleted = await pruneAll(prepared, scope);
      expect(Object.values(deleted).reduce((sum, rows) => sum + rows, 0)).toBeGreaterThan(10);
      expect({ ...missingFrom([], []), ...deleted }).toEqual(expected);
      expect(await readAllStored(prepared.database)).toEqual(replay(rowsOf(left)));
      expect(await pruneAll(prepared, scope)).toEqual(
        Object.fromEntries(Object.keys(deleted).map((name) => [name, 0])),
      );
    },
  );

  test("of what a service writes at the same time nothing is lost, and nobody waits for long", async () => {
    const prepared = shared();
    const { store, database } = prepared;
    const drawn = drawObjects(new Random(7), 40);
    await fill(prepared, rowsOf(drawn));
    const scope = { before: cutoff };
    const pruning = pruneAll(prepared, scope);
    let isOver = false;
    void pruning.finally(() => {
      isOver = true;
    });
    // What comes again while it is pruned is young then, and stays.
    const again = drawn.filter((_, at) => at % 7 === 0);
    let slowestMs = 0;
    for (let at = 0; !isOver || at < again.length; at += 20) {
      const some = again.slice(at % again.length, (at % again.length) + 20);
      const startedMs = performance.now();
      const rows: RowSet = new Map();
      for (const set of rowsOf(
        some.map((one) => ({ ...one, timestamp: "2026-03-01T00:00:00.000000Z" })),
      )) {
        for (const [table, list] of set) rows.set(table, [...(rows.get(table) ?? []), ...list]);
      }
      await store.write(rows);
      slowestMs = Math.max(slowestMs, performance.now() - startedMs);
      // Others have their turn, in this thread too.
      await Bun.sleep(1);
    }
    await pruning;
    const stored = await readAllStored(database);
    for (const { list, item } of again) {
      expect(stored[list]?.some(({ id }) => id === item.id)).toBe(true);
    }
    const ids = new Set(stored.checkouts?.map(({ id }) => id));
    for (const listing of ["latest_checkout", "tree_listing"]) {
      for (const row of stored[listing] ?? []) expect(ids.has(row.checkout_id)).toBe(true);
    }
    expect(slowestMs).toBeLessThan(2_000);
  });
});

const postgres = storeKinds.find(({ name }) => name === "Postgres");

describe.skipIf(!postgres)("prune on the dashboard's database", () => {
  test("takes along what the dashboard tells of checkouts that are gone, and nothing else", async () => {
    await using prepared = await prepareStore(postgres as NonNullable<typeof postgres>);
    const drawn = drawObjects(new Random(3), 3);
    const left = survivors(drawn);
    const checkoutsOf = (list: typeof drawn) =>
      list.flatMap(({ list: name, item }) => (name === "checkouts" ? [item] : []));
    await fill(prepared, rowsOf(drawn));
    const { query } = prepared.database;
    for (const { id } of checkoutsOf(drawn)) {
      await query(
        `insert into hardware_status values ('${id}', 'a', 'p', null, now(), 0, 0, 0, 0, 0, 0, 0, 0, 0); insert into processed_listing_items values (decode(md5('${id}'), 'hex'), '${id}', 'P')`,
      );
    }
    await query(
      `insert into tree_tests_rollup (origin, tree_name, git_repository_branch, git_repository_url, git_commit_hash, path_group, build_config_name, build_architecture, build_compiler, hardware_key, issue_uncategorized, is_boot, pass_tests, fail_tests, skip_tests, error_tests, miss_tests, done_tests, null_tests, total_tests) select origin, tree_name, git_repository_branch, git_repository_url, git_commit_hash, '', '', '', '', '', false, false, 0, 0, 0, 0, 0, 0, 0, 0 from tree_listing`,
    );
    await pruneAll(prepared, { before: cutoff });
    const kept = checkoutsOf(left)
      .map(({ id }) => id)
      .sort();
    const key = "origin, tree_name, git_repository_branch, git_commit_hash";
    for (const table of ["hardware_status", "processed_listing_items"]) {
      const rows = await query(`select checkout_id from ${table}`);
      expect(rows.map((row) => row.checkout_id).sort()).toEqual(kept);
    }
    const keys = async (table: string) =>
      (await query(`select ${key} from ${table} order by 1, 2, 3, 4`)).map((row) => ({ ...row }));
    expect(await keys("tree_tests_rollup")).toEqual(await keys("tree_listing"));
    expect((await keys("tree_listing")).length).toBeGreaterThan(0);
  });

  test("a role that may not delete is told what to grant", async () => {
    await using prepared = await prepareStore(postgres as NonNullable<typeof postgres>);
    const { database } = prepared;
    const role = `pruner_${process.pid}`;
    await database.query(
      `create role ${role} login password 'x'; grant select, insert, update on all tables in schema public to ${role}`,
    );
    const url = new URL(database.url);
    url.username = role;
    url.password = "x";
    const opening = storeKind(url.href).openPruner(url.href, storeOptions);
    try {
      await expect(opening).rejects.toMatchObject({
        class: "operator",
        hint: expect.stringContaining("grant delete on builds, "),
      });
    } finally {
      await database.query(`drop owned by ${role}; drop role ${role}`);
    }
  });
});
