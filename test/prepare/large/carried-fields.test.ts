import { expect, test } from "bun:test";
import { carriedFields } from "../../../src/prepare/large/carried-fields.ts";

test("the lists that have a column of JSON are carried, by the tables", () => {
  expect([...carriedFields.lists.keys()].sort()).toEqual([
    "input_files",
    "output_files",
    "patchset_files",
  ]);
  expect([...carriedFields.inMisc].sort()).toEqual(["automatic_lab", "lab", "platform", "runtime"]);
});

test.each([
  [{ name: "a", url: "http://a/b" }, true],
  [{ url: "a:b", name: "é" }, true],
  [{ name: "a/b", url: "a:b" }, false],
  [{ name: "a", url: "http://a:b@c/" }, false],
  [{ name: "a", url: "b" }, false],
  [{ name: "a" }, false],
  [{ name: "a", url: "a:b", size: 1 }, false],
  [[], false],
])("of files %j is carried: %p", (file, isCarried) => {
  for (const test of carriedFields.lists.values()) expect(test(file)).toBe(isCarried);
});
