import { expect, test } from "bun:test";
import { median, quantile } from "../../../scripts/bench/statistics.ts";

test("the median is the middle value, or the mean of the two in the middle", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(6);
  expect(median([])).toBeNaN();
});

test("a quantile is a value that occurs", () => {
  const values = Array.from({ length: 200 }, (_, at) => at);
  expect(quantile(values, 0.99)).toBe(198);
  expect(quantile(values, 1)).toBe(199);
  expect(quantile([3], 0.99)).toBe(3);
});
