import { expect, test } from "bun:test";
import { FoundFiles } from "../../src/spool/found-files.ts";
import type { SpoolFile } from "../../src/spool/spool.ts";

const file = (name: string, mtimeMs: number, bytes = 1): SpoolFile => ({
  ...{ name, bytes, mtimeMs, inode: 2 ** 40 + mtimeMs },
});

function holding(...files: SpoolFile[]): FoundFiles {
  const found = new FoundFiles();
  for (const one of files) found.add(one);
  return found;
}

const namesOf = (files: readonly SpoolFile[]) => files.map(({ name }) => name);

test("files come out as they went in, whatever their names, times and sizes", () => {
  const names = ["a.json", "caf\udce9.json", "é😀.json", "\udcff\udcfe.json", "\u00ff.json", "\n"];
  const files = [...names, "n".repeat(5_000)].map((name, at) => file(name, at + 0.125, 2 ** 33));
  const found = holding(...files);
  expect([found.size, found.bytes, found.oldestMtimeMs]).toEqual([7, 7 * 2 ** 33, 0.125]);
  expect(found.take(3)).toEqual(files.slice(0, 3));
  expect([found.size, found.bytes, found.oldestMtimeMs]).toEqual([4, 4 * 2 ** 33, 3.125]);
  expect(found.take(100)).toEqual(files.slice(3));
  expect([found.size, found.bytes, found.oldestMtimeMs]).toEqual([0, 0, undefined]);
  expect(found.take(1)).toEqual([]);
});

test("the oldest are kept in order, by name among equals", () => {
  const found = holding(file("d", 3), file("c", 1), file("e", 9), file("b", 1), file("é", 1));
  expect(found.keepOldest(4)).toBe(3);
  expect([found.size, found.bytes]).toEqual([4, 4]);
  expect(namesOf(found.take(9))).toEqual(["b", "c", "é", "d"]);
  expect(found.keepOldest(4)).toBeUndefined();
});

test("what was taken does not come back when more is added and sorted", () => {
  const found = holding(file("a", 1), file("b", 2), file("c", 3));
  expect(namesOf(found.take(1))).toEqual(["a"]);
  found.add(file("older", 0));
  found.keepOldest(10);
  expect(namesOf(found.take(9))).toEqual(["older", "b", "c"]);
});

test("the oldest of those that came later are taken, and the others stay", () => {
  const found = holding(file("a", 5), file("b", 4), file("z", 3), file("y", 1), file("x", 2));
  expect(namesOf(found.takeAfter(2, 2))).toEqual(["y", "x"]);
  expect([found.size, found.bytes]).toEqual([3, 3]);
  expect(namesOf(found.takeAfter(9, 2))).toEqual([]);
  expect(namesOf(found.take(9))).toEqual(["a", "b", "z"]);
});

test("thousands of drawn files are sorted and cut as a list of objects would be", () => {
  let seed = 7;
  const draw = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const files = Array.from({ length: 5_000 }, (_, at) => file(`${draw(1e6)}-${at}`, draw(50)));
  const found = holding(...files);
  found.keepOldest(3_000);
  const sorted = files.toSorted((a, b) => a.mtimeMs - b.mtimeMs || (a.name < b.name ? -1 : 1));
  expect(found.take(3_001)).toEqual(sorted.slice(0, 3_000));
});
