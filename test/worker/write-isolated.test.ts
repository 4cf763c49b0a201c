import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { builds } from "../../src/rows/tables.ts";
import { StoreFault } from "../../src/store/fault.ts";
import type { Store } from "../../src/store/store.ts";
import { type Unit, writeIsolated } from "../../src/worker/write-isolated.ts";
import { openStore } from "../store/prepared-store.ts";
import { rowSet } from "../store/stored.ts";
import { temporaryFolder } from "../temporary.ts";

/** A unit of one build; a status that is too long for its column makes the database refuse it. */
const unit = (number: number, isBad: boolean): Unit & { id: string } => {
  const id = `a:${String(number).padStart(4, "0")}`;
  const status = isBad ? "x".repeat(99) : "PASS";
  return { id, rows: rowSet(builds, { id, origin: "a", checkout_id: "a:c", status }) };
};

async function write(count: number, bad: readonly number[]) {
  using folder = temporaryFolder();
  const path = join(folder.path, "test.db");
  await using real = await openStore(`sqlite:${path}`);
  await real.migrate();
  let transactions = 0;
  const store: Store = {
    write: (rows) => {
      transactions++;
      return real.write(rows);
    },
    writeParts: (parts) => real.writeParts(parts),
    migrate: () => real.migrate(),
    missing: () => real.missing(),
    tryOut: (rows) => real.tryOut(rows),
    warnings: () => real.warnings(),
    withhold: () => real.withhold(),
    trees: (...words) => real.trees(...words),
    [Symbol.asyncDispose]: async () => {},
  };
  const units = Array.from({ length: count }, (_, place) => unit(place, bad.includes(place)));
  const written: string[] = [];
  const refused = await writeIsolated(store, units, (some) => {
    written.push(...some.map(({ id }) => id));
  });
  using db = new Database(path);
  const stored = db.query<{ id: string }, []>("select id from builds order by id").all();
  return { units, transactions, written, refused, stored: stored.map(({ id }) => id) };
}

test("units that the database takes go in together", async () => {
  const { transactions, written, stored, refused } = await write(500, []);
  expect([transactions, written.length, stored.length, refused.size]).toEqual([1, 500, 500, 0]);
});

test.each([[[0]], [[499]], [[7, 8]], [[3, 250, 251, 400]]])(
  "of 500 with %j at fault only those are refused, in few transactions",
  async (bad) => {
    const { units, transactions, written, stored, refused } = await write(500, bad);
    const good = units.filter((_, place) => !bad.includes(place)).map(({ id }) => id);
    // In the order of arrival, and each told once.
    expect(written).toEqual(good);
    expect(stored).toEqual(good);
    expect([...refused.keys()]).toEqual(bad.flatMap((place) => units[place] ?? []));
    for (const fault of refused.values()) expect(fault.class).toBe("refused");
    // Each bad one costs a failed and a good half at every level, and those before all good ones one more.
    expect(transactions).toBeLessThanOrEqual(1 + bad.length * (2 * Math.ceil(Math.log2(500)) + 1));
  },
);

test("all at fault: all refused", async () => {
  const { refused, stored } = await write(5, [0, 1, 2, 3, 4]);
  expect([refused.size, stored.length]).toEqual([5, 0]);
});

test("where nothing goes in, the rest is not asked for one by one", async () => {
  const { refused, transactions } = await write(2_000, [...Array(2_000).keys()]);
  expect(refused.size).toBe(8 + 64);
  expect(transactions).toBeLessThan(2 * 11 + 2 * 8 + 64);
});

test("good ones behind a long run of bad ones, or few among them, go in and show that those are bad", async () => {
  const run = Array.from({ length: 50 }, (_, at) => at);
  const behind = await write(1_000, run);
  expect([behind.stored.length, behind.refused.size]).toEqual([950, 50]);
  const sparse = Array.from({ length: 400 }, (_, at) => at).filter((at) => at % 10 !== 3);
  const among = await write(400, sparse);
  expect([among.stored.length, among.refused.size]).toEqual([40, 360]);
});

test("what was refused before anything went in is asked for again after that", async () => {
  let calls = 0;
  const written: unknown[] = [];
  const rows = { key: "bad", table: "builds", blame: "rule" } as const;
  const store = {
    // The whole, its first half, the first one: then it is mended.
    write: async () => {
      if (++calls <= 3) throw new StoreFault("bad", { operation: "w", class: "refused", rows });
    },
  } as Partial<Store> as Store;
  const units = [unit(0, false), unit(1, false), unit(2, false), unit(3, false)];
  const refused = await writeIsolated(store, units, (some) => written.push(...some));
  expect(refused.size).toBe(0);
  expect(new Set(written)).toEqual(new Set(units));
});

test("an outage half-way is thrown, and what was written is known", async () => {
  const written: unknown[] = [];
  let calls = 0;
  const outage = new StoreFault("away", { operation: "write", class: "transient" });
  const store = {
    write: async () => {
      calls++;
      const rows = { key: "bad", table: "builds", blame: "rule" } as const;
      if (calls === 1) throw new StoreFault("bad", { operation: "write", class: "refused", rows });
      if (calls === 3) throw outage;
    },
  } as Partial<Store> as Store;
  const units = [unit(0, false), unit(1, false)];
  const writing = writeIsolated(store, units, (some) => written.push(...some));
  expect(writing).rejects.toBe(outage);
  await writing.catch(() => {});
  expect(written).toEqual([units[0]]);
});
