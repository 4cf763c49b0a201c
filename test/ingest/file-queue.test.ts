import { expect, test } from "bun:test";
import { FileQueue } from "../../src/ingest/file-queue.ts";
import type { SpoolFile } from "../../src/spool/spool.ts";

const file = (name: string, mtimeMs = 0, bytes = 1): SpoolFile => ({
  ...{ name, bytes, mtimeMs, inode: 1 },
});
const limits = { maxFiles: 2, maxBytes: 100 };
const names = (files: readonly SpoolFile[]) => files.map(({ name }) => name).join("");
const found = { fresh: false, alone: false };
const fresh = { fresh: true, alone: false };
const alone = { fresh: false, alone: true };

test("what a scan found comes oldest first, by name among equals", () => {
  const queue = new FileQueue();
  for (const one of [file("c", 2), file("b", 2), file("a", 3), file("d", 1)]) queue.add(one, found);
  expect([queue.oldestMtimeMs, queue.next?.name]).toEqual([1, "d"]);
  expect(names(queue.take(limits))).toBe("db");
  expect(names(queue.take(limits))).toBe("ca");
  expect(queue.take(limits)).toEqual([]);
  expect([queue.size, queue.bytes, queue.oldestMtimeMs]).toEqual([0, 0, undefined]);
});

test("what arrives takes turns with what waits, so that neither starves", () => {
  const queue = new FileQueue();
  for (const name of "abcd") queue.add(file(name), found);
  for (const name of "wxyz") queue.add(file(name), fresh);
  const batches = Array.from({ length: 4 }, () => names(queue.take(limits)));
  expect(batches).toEqual(["wx", "ab", "yz", "cd"]);
});

test("a batch ends at its bytes, but one file may exceed them alone", () => {
  const queue = new FileQueue();
  for (const [name, bytes] of Object.entries({ a: 60, b: 41, c: 500, d: 1 })) {
    queue.add(file(name, 0, bytes), found);
  }
  const batches = Array.from({ length: 4 }, () =>
    names(queue.take({ maxFiles: 9, maxBytes: 100 })),
  );
  expect([batches, queue.bytes]).toEqual([["a", "b", "c", "d"], 0]);
});

test("what is given back has the place that its age gives it", () => {
  const queue = new FileQueue();
  for (const name of "abcd") queue.add(file(name), found);
  for (const one of queue.take(limits)) queue.add(one, found);
  expect(names(queue.take({ maxFiles: 9, maxBytes: 100 }))).toBe("abcd");
});

test("what must be alone goes alone, and before all others", () => {
  const queue = new FileQueue();
  for (const name of "ab") queue.add(file(name), found);
  for (const name of "xy") queue.add(file(name), alone);
  expect([queue.size, queue.bytes]).toEqual([4, 4]);
  const batches = Array.from({ length: 3 }, () => names(queue.take(limits)));
  expect(batches).toEqual(["x", "y", "ab"]);
});
