import { expect, test } from "bun:test";
import { retryPause } from "../../src/storage/retry-pause.ts";

const settings = { retryBaseMs: 100, retryMaxMs: 500, retryAfterMaxMs: 2000 };

test("pauses double up to the longest", () => {
  expect([1, 2, 3, 4, 5].map((tries) => retryPause(settings, tries, undefined, 0))).toEqual([
    100, 200, 400, 500, 500,
  ]);
});

test("chance takes off up to a half", () => {
  expect(retryPause(settings, 1, undefined, 0.5)).toBe(75);
  expect(retryPause(settings, 1, undefined, 0.999)).toBeCloseTo(50, 0);
});

test("the server is never asked sooner than it wants", () => {
  expect(retryPause(settings, 1, 1500, 0.9)).toBe(1500);
  expect(retryPause(settings, 3, 10, 0)).toBe(400);
});

test("a server that wants more patience than we have is given up", () => {
  expect(retryPause(settings, 1, 2000, 0)).toBe(2000);
  expect(retryPause(settings, 1, 2001, 0)).toBeUndefined();
});
