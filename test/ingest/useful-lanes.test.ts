import { expect, test } from "bun:test";
import { usefulLanes } from "../../src/ingest/useful-lanes.ts";

test("there is a lane for every core, as far as they are allowed", () => {
  expect(usefulLanes(5, 4)).toBe(4);
  expect(usefulLanes(5, 64)).toBe(5);
  expect(usefulLanes(1, 8)).toBe(1);
});

test("a single core has two lanes, for one mostly waits", () => {
  expect(usefulLanes(5, 1)).toBe(2);
});
