import { describe, expect, test } from "bun:test";
import { Board } from "../../src/observe/board.ts";
import type { TallyEntry } from "../../src/prepare/tally.ts";
import { refusedSample } from "./page/sample.ts";

function tests(origin: string, count: number): TallyEntry {
  return { list: "tests", origin, lab: "None", platform: "None", count };
}

describe("Board", () => {
  test("adds up files, rows and bytes, and orders origins by rows", () => {
    const board = new Board(() => 5000);
    board.counted([tests("small", 1)]);
    board.committed({ bytes: 10, latencySeconds: 1 });
    board.counted([tests("large", 7), tests("small", 1)]);
    board.committed({ bytes: 20, latencySeconds: 3 });
    board.retried();
    const { totals, origins } = board.counts();
    expect(totals).toEqual({ files: 2, rows: 9, bytes: 30, refused: 0, retried: 1 });
    expect(origins.map(({ origin, tests, lastSeenMs }) => [origin, tests, lastSeenMs])).toEqual([
      ["large", 7, 5000],
      ["small", 2, 5000],
    ]);
  });

  test("a snapshot does not change afterwards", () => {
    const board = new Board();
    board.counted([tests("a", 1)]);
    board.committed({ bytes: 1, latencySeconds: 1 });
    const before = board.counts();
    const copy = structuredClone(before);
    board.counted([tests("a", 1)]);
    board.committed({ bytes: 1, latencySeconds: 1 });
    board.refused(refusedSample("x", 1));
    expect(before).toEqual(copy);
  });

  test("latency is that of the last minute", () => {
    let nowMs = 0;
    const board = new Board(() => nowMs);
    expect(board.counts().latency).toEqual({});
    board.committed({ bytes: 0, latencySeconds: 500 });
    nowMs = 61_000;
    for (let file = 1; file <= 100; file++) {
      board.committed({ bytes: 0, latencySeconds: file });
    }
    expect(board.counts().latency).toEqual({ medianSeconds: 50, p95Seconds: 95 });
  });

  test("keeps the newest refusals and bounds what each may hold", () => {
    const board = new Board();
    for (let file = 0; file < 200; file++) {
      const sample = refusedSample("m".repeat(100_000), file);
      const issues = Array.from({ length: 1000 }, () => sample.issues[0] ?? []).flat();
      board.refused({ ...sample, issues });
    }
    const { refused, totals } = board.counts();
    expect(totals.refused).toBe(200);
    expect(refused).toHaveLength(50);
    expect(refused[0]?.whenMs).toBe(199);
    expect(refused[0]?.issues).toHaveLength(100);
    expect(refused[0]?.message.length).toBeLessThan(4100);
  });

  test("a flood of origins shares one entry, and no row is lost", () => {
    const board = new Board();
    for (let index = 0; index < 1000; index++) {
      board.counted([tests(`o${index}`, 1)]);
    }
    const { origins } = board.counts();
    expect(origins).toHaveLength(201);
    expect(origins[0]).toMatchObject({ origin: "_other", tests: 800 });
  });
});
