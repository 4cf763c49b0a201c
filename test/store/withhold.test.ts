import { describe, expect, test } from "bun:test";
import { finish, prepare } from "../../src/prepare/prepare.ts";
import type { RowSet } from "../../src/rows/row.ts";
import { pendingTest } from "../../src/rows/tables.ts";
import { makeReady } from "../../src/store/make-ready.ts";
import { aggregate, type Piece, pieces, rowsOf } from "./aggregation.ts";
import { storeOptions } from "./prepared-store.ts";
import { sharedStore } from "./shared-store.ts";
import { waysToStore } from "./store-kinds.ts";
import { readStored } from "./stored.ts";

/** Every way for things to arrive, some of them together: their ordered partitions. */
function arrivals<T>(things: readonly T[]): T[][][] {
  const [first, ...rest] = things;
  if (first === undefined) return [[]];
  return arrivals(rest).flatMap((groups) => [
    ...Array.from({ length: groups.length + 1 }, (_, at) => groups.toSpliced(at, 0, [first])),
    ...groups.map((group, at) => groups.with(at, [first, ...group])),
  ]);
}

const pendingRow = {
  ...{ origin: "a", platform: "rpi", compatible: ["c,d"], status: "I", is_boot: true },
  ...{ full_status: "SKIP", lab: "lab-x", path: "boot.nfs" },
  start_time: "2026-01-01T00:00:00.000000Z",
};

describe.each(waysToStore)("tests whose checkout has no start time, on $name", (kind) => {
  const shared = sharedStore(kind);

  test("wait for it in every order and split, and are aggregated once when it is there", async () => {
    const { database, store } = shared();
    const ways = [pieces, pieces.filter((piece) => piece !== "date")].flatMap(arrivals);
    expect(ways).toHaveLength(75 + 13);
    for (let step = 0; step < pieces.length; step++) {
      const arriving = ways.map((groups, at) => rowsOf(`w${at}`, groups[step] ?? []));
      const [alone, together] = [arriving.slice(0, 30), arriving.slice(30)];
      for (const rows of [...alone, joined(together)]) await store.write(rows);
      const due = ways.flatMap((groups, at) => {
        const isDue = (upTo: number) => {
          const there = new Set(groups.slice(0, upTo).flat());
          return ["date", "build", "test"].every((piece) => there.has(piece as Piece));
        };
        return isDue(step + 1) && !isDue(step) ? [`a:w${at}`] : [];
      });
      expect((await aggregate(database)).sort()).toEqual(due.sort());
    }
    expect(await readStored(database, pendingTest)).toEqual([]);
  });

  test("come back with the columns that they would have had", async () => {
    const { database, store } = shared();
    await store.write(rowsOf("at-once", ["checkout", "date", "build", "test"]));
    await store.write(rowsOf("later", ["checkout", "build", "test"]));
    const ofLater = { ...pendingRow, test_id: "a:later", build_id: "a:later" };
    const ofOther = { ...pendingRow, test_id: "a:at-once", build_id: "a:at-once" };
    expect(await readStored(database, pendingTest)).toEqual([ofOther]);
    await store.write(rowsOf("later", ["date"]));
    expect(await readStored(database, pendingTest)).toEqual([ofOther, ofLater]);
  });

  test("stay away whatever else their checkout is told meanwhile, and their neighbours come", async () => {
    const { database, store } = shared();
    for (let repetition = 0; repetition < 2; repetition++) {
      await store.write(rowsOf("undated", ["checkout", "build", "test"]));
      await store.write(rowsOf("dated", ["date", "build", "test"]));
      expect(await aggregate(database)).toEqual(["a:dated"]);
    }
  });

  test("that a former version wrote are taken out when the service starts, and told of", async () => {
    const { database, store } = shared();
    await store.write(rowsOf("undated", ["checkout", "build", "test"]));
    await store.write(rowsOf("dated", ["date", "build", "test"]));
    const row = { test_id: "a:undated", build_id: "a:undated", origin: "a", is_boot: false };
    const names = Object.keys(row).join(", ");
    await database.query(
      `insert into pending_test (${names}) values ('a:undated', 'a:undated', 'a', false)`,
    );
    await expect(aggregate(database)).rejects.toThrow("a:undated has no start time");
    expect(await makeReady(database.url, storeOptions)).toEqual([
      expect.stringMatching(/^removed 1 rows from pending_test: .* no start_time/),
    ]);
    expect(await makeReady(database.url, storeOptions)).toEqual([]);
    expect(await aggregate(database)).toEqual(["a:dated"]);
  });

  test("come back by the thousand", async () => {
    const { database, store } = shared();
    await store.write(rowsOf("many", ["checkout", "build"]));
    const count = 3_000;
    const { rows } = manyTests(count);
    await store.write(rows);
    expect(await readStored(database, pendingTest)).toEqual([]);
    await store.write(rowsOf("many", ["date"]));
    expect(await aggregate(database, count + 1)).toHaveLength(count);
  });
});

function joined(list: readonly RowSet[]): RowSet {
  const all: RowSet = new Map();
  for (const rows of list) {
    for (const [table, some] of rows) all.set(table, [...(all.get(table) ?? []), ...some]);
  }
  return all;
}

function manyTests(count: number) {
  const item = { origin: "a", build_id: "a:many", path: "ltp" };
  const tests = Array.from({ length: count }, (_, at) => ({ ...item, id: `a:many-${at}` }));
  const version = { major: 5, minor: 3 };
  const prepared = prepare(Buffer.from(JSON.stringify({ version, tests })), new Map());
  if (!prepared.accepted) throw new Error(prepared.refusal.message);
  return finish(prepared.submission, "2026-01-01T00:00:00.000000Z");
}
