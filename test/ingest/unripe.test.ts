import { expect, test } from "bun:test";
import { Unripe } from "../../src/ingest/unripe.ts";
import type { SpoolFile } from "../../src/spool/spool.ts";

const file = (mtimeMs: number, bytes = 1): SpoolFile => ({ name: "a", bytes, mtimeMs, inode: 1 });

test("a file is ripe when it has not changed for the span, by its own time", () => {
  const unripe = new Unripe();
  expect(unripe.isRipe(file(0), 1_000, 1_000)).toBe(true);
  expect(unripe.isRipe(file(1), 1_000, 1_000)).toBe(false);
  expect(unripe.nextDueMs()).toBe(1_002);
  expect(unripe.takeDue(1_001)).toEqual([]);
  expect(unripe.takeDue(1_002)).toEqual(["a"]);
  expect(unripe.isRipe(file(1), 1_000, 1_002)).toBe(true);
  expect([unripe.size, unripe.has("a"), unripe.nextDueMs()]).toEqual([0, false, undefined]);
});

test("one that grows is given the span anew", () => {
  const unripe = new Unripe();
  expect(unripe.isRipe(file(500, 1), 1_000, 600)).toBe(false);
  expect(unripe.isRipe(file(1_400, 2), 1_000, 1_501)).toBe(false);
  expect(unripe.nextDueMs()).toBe(2_401);
});

test("one from the future is judged by when it was first seen so", () => {
  const unripe = new Unripe();
  expect(unripe.isRipe(file(99_999), 1_000, 0)).toBe(false);
  expect(unripe.nextDueMs()).toBe(1_001);
  expect(unripe.isRipe(file(99_999), 1_000, 999)).toBe(false);
  expect(unripe.isRipe(file(99_999), 1_000, 1_000)).toBe(true);
});

test("a hint brings the next look forward, never back", () => {
  const unripe = new Unripe();
  unripe.isRipe(file(0), 10_000, 0);
  unripe.hasten("a", 100);
  expect(unripe.nextDueMs()).toBe(600);
  unripe.hasten("a", 300);
  expect(unripe.nextDueMs()).toBe(600);
  unripe.hasten("b", 0);
  expect(unripe.size).toBe(1);
});

test("one that is forgotten begins anew", () => {
  const unripe = new Unripe();
  unripe.isRipe(file(99_999), 1_000, 0);
  unripe.forget("a");
  expect(unripe.isRipe(file(99_999), 1_000, 1_000)).toBe(false);
});
