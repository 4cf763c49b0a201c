import { expect, test } from "bun:test";
import { GcPacer } from "../../src/worker/gc-pacer.ts";

test("garbage is collected after a number of submissions, however they come", () => {
  let collections = 0;
  const collector = new GcPacer(10, () => collections++);
  const after = [4, 5, 1, 9, 25, 0, 9].map((files) => {
    collector.note(files);
    return collections;
  });
  expect(after).toEqual([0, 0, 1, 1, 2, 2, 2]);
});
