import { describe, expect, test } from "bun:test";
import { formatBytes, formatCountOf, formatRate, formatSeconds } from "../../src/observe/units.ts";

describe("units", () => {
  test.each([
    [0, "0 ms"],
    [0.0042, "4.2 ms"],
    [0.9999, "1 s"],
    [59.99, "59.9 s"],
    [60, "1 min"],
    [200, "3 min 20 s"],
    [3599.9, "1 h"],
    [7500, "2 h 5 min"],
    [86_399, "1 d"],
    [273_600, "3 d 4 h"],
  ])("%d seconds read as %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [4_200_000, "4.2 MB"],
    [5e15, "5,000 TB"],
  ])("%d bytes read as %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test("one is not many", () => {
    expect([0, 1, 1234].map((value) => formatCountOf(value, "row"))).toEqual([
      "0 rows",
      "1 row",
      "1,234 rows",
    ]);
  });

  test.each([
    [0, "0"],
    [0.25, "0.25"],
    [12.34, "12.3"],
    [4321.9, "4,320"],
  ])("a rate of %d reads as %s", (rate, text) => {
    expect(formatRate(rate)).toBe(text);
  });
});
