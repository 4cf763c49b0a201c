import { describe, expect, test } from "bun:test";
import { History } from "../../src/observe/history.ts";
import { emptySnapshot } from "./page/sample.ts";

function at(files: number, waiting = 0) {
  return {
    ...emptySnapshot,
    spool: { ...emptySnapshot.spool, waiting, inFlight: 1 },
    totals: { ...emptySnapshot.totals, files, objects: files * 10 },
  };
}

describe("History", () => {
  test("turns totals into rates between points", () => {
    const history = new History();
    history.add(at(100, 4), 0);
    history.add(at(150, 3), 5000);
    expect(
      history.points.map(({ queue, filesPerSecond, objectsPerSecond }) => [
        queue,
        filesPerSecond,
        objectsPerSecond,
      ]),
    ).toEqual([
      [5, 0, 0],
      [4, 10, 100],
    ]);
  });

  test("has no negative rates when a clock is set back", () => {
    const history = new History();
    history.add(at(100), 5000);
    history.add(at(200), 0);
    expect(history.points.at(-1)?.filesPerSecond).toBe(0);
  });

  test("keeps an hour and forgets what is older", () => {
    const history = new History();
    for (let step = 0; step < 1000; step++) history.add(at(step), step * 5000);
    expect(history.points).toHaveLength(720);
    expect(history.points.at(0)?.atMs).toBe(280 * 5000);
    expect(history.points.at(-1)?.atMs).toBe(999 * 5000);
  });
});
