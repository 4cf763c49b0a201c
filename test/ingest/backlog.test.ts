import { expect, test } from "bun:test";
import { Backlog } from "../../src/ingest/backlog.ts";
import type { SpoolFile } from "../../src/spool/spool.ts";

const file = (name: string, mtimeMs = 0, bytes = 1): SpoolFile => ({
  name,
  bytes,
  mtimeMs,
  inode: 1,
});
const limits = { maxFiles: 2, maxBytes: 100 };
const names = (files: readonly SpoolFile[]) => files.map(({ name }) => name).join("");

test("what a scan found comes oldest first, by name among equals", () => {
  const backlog = new Backlog();
  for (const one of [file("c", 2), file("b", 2), file("a", 3), file("d", 1)])
    backlog.addScanned(one);
  expect(backlog.oldestMtimeMs).toBe(1);
  expect(names(backlog.take(limits))).toBe("db");
  expect(names(backlog.take(limits))).toBe("ca");
  expect(backlog.take(limits)).toEqual([]);
  expect([backlog.size, backlog.bytes, backlog.oldestMtimeMs]).toEqual([0, 0, undefined]);
});

test("what arrives takes turns with what waits, so that neither starves", () => {
  const backlog = new Backlog();
  for (const name of "abcd") backlog.addScanned(file(name));
  for (const name of "wxyz") backlog.addFresh(file(name));
  const batches = Array.from({ length: 4 }, () => names(backlog.take(limits)));
  expect(batches).toEqual(["wx", "ab", "yz", "cd"]);
});

test("a batch ends at its bytes, but one file may exceed them alone", () => {
  const backlog = new Backlog();
  for (const [name, bytes] of Object.entries({ a: 60, b: 41, c: 500, d: 1 })) {
    backlog.addScanned(file(name, 0, bytes));
  }
  const batches = Array.from({ length: 4 }, () =>
    names(backlog.take({ maxFiles: 9, maxBytes: 100 })),
  );
  expect(batches).toEqual(["a", "b", "c", "d"]);
});

test("what is given back comes first, in its order", () => {
  const backlog = new Backlog();
  for (const name of "abcd") backlog.addScanned(file(name));
  backlog.giveBack(backlog.take(limits));
  expect(names(backlog.take({ maxFiles: 9, maxBytes: 100 }))).toBe("abcd");
});

test("a suspect goes alone, and before all others", () => {
  const backlog = new Backlog();
  for (const name of "ab") backlog.addScanned(file(name));
  for (const name of "xy") backlog.addSuspect(file(name));
  const batches = Array.from({ length: 3 }, () => names(backlog.take(limits)));
  expect(batches).toEqual(["x", "y", "ab"]);
});

test("a name waits once, however it was found", () => {
  const backlog = new Backlog();
  backlog.addFresh(file("a", 0, 7));
  backlog.addScanned(file("a", 0, 7));
  expect([backlog.size, backlog.bytes, backlog.has("a"), backlog.has("b")]).toEqual([
    1,
    7,
    true,
    false,
  ]);
});
