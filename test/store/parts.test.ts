import { expect, test } from "bun:test";
import type { RowSet } from "../../src/rows/row.ts";
import { tests } from "../../src/rows/tables.ts";
import { guardParts, PartsFailure, readAhead } from "../../src/store/parts.ts";

/** Parts with one row of one value each; `made` has the values of those that were asked for. */
async function* partsOf(values: readonly string[], made: string[]): AsyncGenerator<RowSet> {
  for (const value of values) {
    made.push(value);
    yield new Map([[tests, [[value]]]]);
  }
}

test("the next part is made while one is being written, but not beside a very long value", async () => {
  const long = "x".repeat(5 << 20);
  const made: string[] = [];
  const counts: number[] = [];
  for await (const _ of readAhead(partsOf(["a", long, "b", "c"], made))) {
    await Bun.sleep(0);
    counts.push(made.length);
  }
  expect(counts).toEqual([2, 2, 4, 4]);
});

test("rows are there until the next part is asked for, and empty from then on", async () => {
  const rows: unknown[][] = [];
  const seen: unknown[] = [];
  for await (const part of guardParts(partsOf(["a", "b"], []))) {
    const [row = []] = part.get(tests) ?? [];
    rows.push(row);
    seen.push(...row);
  }
  expect([seen, rows]).toEqual([
    ["a", "b"],
    [[], []],
  ]);
});

test("what cannot be made is told apart from what cannot be written", async () => {
  async function* failing(): AsyncGenerator<RowSet> {
    yield* partsOf(["a"], []);
    throw new Error("unreadable");
  }
  const reading = Array.fromAsync(guardParts(readAhead(failing())));
  expect(await reading.catch((cause) => cause)).toBeInstanceOf(PartsFailure);
});
