import { expect, test } from "bun:test";
import { isStorableTime, timestampNow, toTimestamp } from "../../src/rows/timestamp.ts";

test.each([
  ["2025-07-17T10:11:31Z", "2025-07-17T10:11:31.000000Z"],
  ["2025-07-17T10:11:31+00:00", "2025-07-17T10:11:31.000000Z"],
  ["2025-07-17T10:11:31.5+00:00", "2025-07-17T10:11:31.500000Z"],
  ["2025-07-17t10:11:31.123456z", "2025-07-17T10:11:31.123456Z"],
  ["2025-07-17T10:11:31-00:00", "2025-07-17T10:11:31.000000Z"],
  ["2025-01-01T01:00:00+02:30", "2024-12-31T22:30:00.000000Z"],
  ["2024-02-28T23:30:00-01:00", "2024-02-29T00:30:00.000000Z"],
  ["2025-07-17T10:11:31.1234564Z", "2025-07-17T10:11:31.123456Z"],
  ["2025-07-17T10:11:31.1234566Z", "2025-07-17T10:11:31.123457Z"],
  ["2025-12-31T23:59:59.9999999Z", "2026-01-01T00:00:00.000000Z"],
  ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"],
  ["0099-03-01T00:00:00+01:00", "0099-02-28T23:00:00.000000Z"],
  ["9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"],
  ["9999-12-31T23:59:59.999999-00:00", "9999-12-31T23:59:59.999999Z"],
])("%s is stored as %s", (given, stored) => {
  expect(toTimestamp(given)).toBe(stored);
  expect(isStorableTime(given)).toBe(true);
});

test.each([
  "0001-01-01T00:59:59+01:00",
  "9999-12-31T23:00:00-01:00",
  "9999-12-31T23:59:59.9999999Z",
])("%s falls outside of what both stores hold", (given) => {
  expect(toTimestamp(given)).toBeNull();
  expect(isStorableTime(given)).toBe(false);
});

test("stored times sort as the times do", () => {
  const given = ["2025-01-01T00:00:00+09:00", "2024-12-31T16:00:00Z", "2024-12-31T16:00:00.1Z"];
  const stored = given.map((text) => toTimestamp(text) ?? "");
  expect(stored.toSorted()).toEqual(stored);
});

test("now is in the same form", () => {
  const now = timestampNow();
  expect(toTimestamp(now)).toBe(now);
  expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(5_000);
});
