import { expect, test } from "bun:test";
import { holdsWithin, until } from "./until.ts";

test("what never holds fails the test, with the condition and what was seen instead", async () => {
  const names: string[] = [];
  const isThere = () => names.includes("wanted");
  const waiting = until(isThere, 20, () => "a log without it");
  await expect(waiting).rejects.toThrow(
    /^waited 20 ms in vain for .*names\.includes\("wanted"\); instead: a log without it$/,
  );
  await expect(until(async () => false, 1)).rejects.toThrow("waited 1 ms in vain for");
});

test("what comes to hold ends the wait soon, and what throws ends it at once", async () => {
  const startMs = performance.now();
  let looks = 0;
  expect(await until(() => ++looks === 3, 10_000)).toBe(true);
  expect(performance.now() - startMs).toBeLessThan(5_000);
  await expect(
    until(() => {
      throw new Error("gone");
    }, 10_000),
  ).rejects.toThrow("gone");
});

test("a look is taken when the time is over, however long the machine was busy", async () => {
  let isLate = false;
  const waiting = holdsWithin(() => isLate, 30);
  Bun.sleepSync(60);
  isLate = true;
  expect(await waiting).toBe(true);
  expect(await holdsWithin(() => false, 0)).toBe(false);
});
