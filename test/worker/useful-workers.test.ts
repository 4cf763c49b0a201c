import { expect, test } from "bun:test";
import { usefulWorkers } from "../../src/worker/useful-workers.ts";

test("there is a worker for every core, as far as they are allowed", () => {
  expect(usefulWorkers(5, 4)).toBe(4);
  expect(usefulWorkers(5, 64)).toBe(5);
  expect(usefulWorkers(1, 8)).toBe(1);
});

test("a single core has two workers, for one mostly waits", () => {
  expect(usefulWorkers(5, 1)).toBe(2);
});
