import { expect, test } from "bun:test";
import { TextList } from "../../../src/rows/text-list.ts";
import { areFew, valueTexts } from "../../../src/store/postgres/value-texts.ts";

test("values of rows are texts that tell them apart", () => {
  const rows = [
    [null, "", "ä", 0, -0],
    [true, false, 1e300, ["a", 'b"'], []],
  ];
  expect(valueTexts(rows)).toEqual([
    ...[null, "", "ä", "0", "-0"],
    ...["true", "false", "1e+300", '{"a","b\\""}', "{}"],
  ]);
});

test("rows are few by their number and by their length", () => {
  const ofLength = (count: number, length: number) =>
    Array.from({ length: count }, () => [null, 1, "x".repeat(length)]);
  expect(areFew([ofLength(32, 10), ofLength(32, 10)])).toBe(true);
  expect(areFew([ofLength(64, 10), ofLength(1, 10)])).toBe(false);
  expect(areFew([ofLength(1, 100_000)])).toBe(true);
  expect(areFew([ofLength(1, 100_000), ofLength(1, 100_000)])).toBe(false);
  expect(areFew([[[["x".repeat(200_000)]]]])).toBe(false);
});

test("a long list of texts that is kept as JSON counts with its length, and is sent as any other", () => {
  const list = new TextList(JSON.stringify(["a", 'b"']), 2);
  expect(valueTexts([[list]])).toEqual(['{"a","b\\""}']);
  expect(areFew([[[list]]])).toBe(true);
  expect(areFew([[[new TextList(`["${"x".repeat(200_000)}"]`, 1)]]])).toBe(false);
});
