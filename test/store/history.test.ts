import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { nameLabs } from "../../src/prepare/name-labs.ts";
import type { RowSet } from "../../src/rows/row.ts";
import { tables } from "../../src/rows/tables.ts";
import { addRows } from "../../src/rows/to-rows.ts";
import type { Item, Submission } from "../../src/submission/submission.ts";
import { Random } from "../submission/fuzz/random.ts";
import { replay } from "./model.ts";
import { emptyTables, type Prepared, prepareStore } from "./prepared-store.ts";
import { waysToStore } from "./store-kinds.ts";
import { readAllStored } from "./stored.ts";

const seeds = [1, 2];
const version = { major: 5, minor: 3 } as const;
const time = (second: number) =>
  `2026-01-01T00:${String(Math.floor(second / 60)).padStart(2, "0")}:${String(second % 60).padStart(2, "0")}.000000Z`;

/** A submission and when it is ingested. */
interface Arrival {
  submission: Submission;
  timestamp: string;
}

/** Objects that say different things about few ids, so that nearly every row meets another. */
function contradicting(random: Random): Arrival[] {
  const maybe = <T>(values: readonly T[]) => (random.chance(0.5) ? random.pick(values) : undefined);
  const item = (fields: Record<string, unknown>) => {
    const given = Object.entries(fields).filter(([, value]) => value !== undefined);
    return Object.fromEntries([
      ["id", `a:${random.below(4)}`],
      ["origin", random.pick(["a", "b"])],
      ...given,
    ]) as Item;
  };
  const list = (make: () => Item) => Array.from({ length: random.below(4) }, make);
  return Array.from({ length: 30 }, () => ({
    timestamp: time(random.below(600)),
    submission: {
      version,
      issues: list(() => item({ version: random.below(3), comment: maybe(["x", "", "y"]) })),
      checkouts: list(() =>
        item({
          tree_name: maybe(["main", ""]),
          git_repository_branch: maybe(["b"]),
          git_commit_hash: maybe(["0".repeat(40)]),
          git_commit_name: maybe(["v1", "v2"]),
          git_commit_tags: maybe([[], ["v1"]]),
          start_time: maybe([
            "2026-01-01T00:00:01Z",
            "2026-01-01T00:00:01.5Z",
            "2026-01-02T00:00:00+01:00",
          ]),
          valid: maybe([true, false]),
          misc: maybe([{}, { a: 1 }]),
        }),
      ),
      builds: list(() =>
        item({
          checkout_id: `a:${random.below(3)}`,
          config_name: maybe(["def", "all"]),
          compiler: maybe(["gcc", "clang"]),
          architecture: maybe(["arm"]),
          status: maybe(["PASS", "FAIL", "MISS"]),
          duration: maybe([0, 1.5]),
          misc: maybe([{ lab: "lab" }, { x: 1 }, {}]),
        }),
      ),
      tests: list(() =>
        item({
          build_id: `a:${random.below(3)}`,
          path: maybe(["boot", "boot.x", "bootx"]),
          status: maybe(["PASS", "ERROR"]),
          environment: maybe([{ compatible: ["c"] }, { misc: { platform: "rpi" } }]),
          misc: maybe([{ runtime: "lab" }, { runtime: "shell" }, {}]),
          start_time: maybe(["2026-01-01T00:00:01Z"]),
        }),
      ),
      incidents: list(() =>
        item({ issue_id: "a:i", issue_version: 1, present: maybe([true, false]) }),
      ),
    },
  }));
}

/** Fragments of one truth: each submission says only a part, none contradicts another. */
function agreeing(random: Random): Arrival[] {
  const part = (id: number, whole: Record<string, unknown>, always: readonly string[]) => {
    const kept = Object.entries(whole).filter(
      ([name]) => always.includes(name) || random.chance(0.5),
    );
    return Object.fromEntries([["id", `a:${id}`], ["origin", "a"], ...kept]) as Item;
  };
  const checkout = (id: number) =>
    part(
      id,
      {
        tree_name: id % 2 ? "odd" : "even",
        git_commit_name: `v${id}`,
        start_time: time(id),
        comment: `c${id}`,
        misc: { id },
        valid: id % 3 === 0,
      },
      ["tree_name", "git_commit_name", "start_time"],
    );
  const build = (id: number) =>
    part(
      id,
      { checkout_id: "a:1", config_name: `d${id}`, compiler: "gcc", status: "FAIL", duration: id },
      ["checkout_id"],
    );
  const run = (id: number) =>
    part(
      id,
      {
        build_id: "a:1",
        path: id % 2 ? "boot" : "ltp",
        status: "PASS",
        log_url: "https://x",
        misc: { runtime: `lab${id}` },
        environment: { compatible: [`c${id}`], misc: { platform: `p${id}` } },
      },
      ["build_id", "path"],
    );
  return Array.from({ length: 30 }, () => ({
    timestamp: time(random.below(600)),
    submission: {
      version,
      checkouts: [checkout(random.below(6))],
      builds: [build(random.below(6)), build(random.below(6))],
      tests: [run(random.below(6)), run(random.below(6))],
    },
  }));
}

/** Joins arrivals to batches of random sizes, all of one order. */
function split(arrivals: readonly Arrival[], random: Random): RowSet[] {
  const batches: RowSet[] = [];
  for (const { submission, timestamp } of arrivals) {
    if (batches.length === 0 || random.chance(0.3)) batches.push(new Map());
    const last = batches.at(-1);
    const named = structuredClone(submission);
    nameLabs(named);
    if (last) addRows(last, named, timestamp);
  }
  return batches;
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((value) => ({ value, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ value }) => value);
}

describe.each(waysToStore)("a history of submissions on $name", (kind) => {
  let prepared: Prepared;
  beforeAll(async () => {
    prepared = await prepareStore(kind);
  });
  afterAll(async () => prepared?.[Symbol.asyncDispose]());

  /** What the tables hold after these batches. */
  async function storedAfter(batches: readonly RowSet[]) {
    await emptyTables(prepared.database);
    for (const rows of batches) await prepared.store.write(rows);
    return readAllStored(prepared.database);
  }

  test.each(seeds)("gives what one at a time would, however it is cut (seed %d)", async (seed) => {
    const random = new Random(seed);
    const arrivals = contradicting(random);
    const expected = replay(arrivals.flatMap((one) => split([one], random)));
    for (const batches of [split(arrivals, random), split(arrivals, random)]) {
      expect(await storedAfter(batches)).toEqual(expected);
    }
  });

  test.each(seeds)("gives the same rows in any order, and twice (seed %d)", async (seed) => {
    const random = new Random(seed);
    const arrivals = agreeing(random);
    const expected = replay(arrivals.flatMap((one) => split([one], random)));
    const orders = [shuffled(arrivals, random), shuffled([...arrivals, ...arrivals], random)];
    for (const order of orders) {
      expect(await storedAfter(split(order, random))).toEqual(expected);
    }
  });

  test("leaves no table out", () => {
    const random = new Random(1);
    const written = new Set(
      split(contradicting(random), random).flatMap((rows) => [...rows.keys()]),
    );
    expect([...written].length).toBe(tables.length);
  });
});
