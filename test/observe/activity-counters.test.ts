import { describe, expect, test } from "bun:test";
import { ActivityCounters } from "../../src/observe/activity-counters.ts";
import type { TallyEntry } from "../../src/prepare/tally.ts";
import { refusedSample } from "./page/sample.ts";

function tests(origin: string, count: number): TallyEntry {
  return { list: "tests", origin, lab: "None", platform: "None", count };
}

describe("ActivityCounters", () => {
  test("adds up files, rows and bytes, and orders origins by rows", () => {
    const counters = new ActivityCounters(() => 5000);
    counters.counted([tests("small", 1)]);
    counters.committed({ bytes: 10, latencySeconds: 1 });
    counters.counted([tests("large", 7), tests("small", 1)]);
    counters.committed({ bytes: 20, latencySeconds: 3 });
    counters.retried();
    const { totals, origins } = counters.counts();
    expect(totals).toEqual({ files: 2, rows: 9, bytes: 30, refused: 0, retried: 1 });
    expect(origins.map(({ origin, tests, lastSeenMs }) => [origin, tests, lastSeenMs])).toEqual([
      ["large", 7, 5000],
      ["small", 2, 5000],
    ]);
  });

  test("a snapshot does not change afterwards", () => {
    const counters = new ActivityCounters();
    counters.counted([tests("a", 1)]);
    counters.committed({ bytes: 1, latencySeconds: 1 });
    const before = counters.counts();
    const copy = structuredClone(before);
    counters.counted([tests("a", 1)]);
    counters.committed({ bytes: 1, latencySeconds: 1 });
    counters.refused(refusedSample("x", 1));
    expect(before).toEqual(copy);
  });

  test("latency is that of the last minute", () => {
    let nowMs = 0;
    const counters = new ActivityCounters(() => nowMs);
    expect(counters.counts().latency).toEqual({});
    counters.committed({ bytes: 0, latencySeconds: 500 });
    nowMs = 61_000;
    for (let file = 1; file <= 100; file++) {
      counters.committed({ bytes: 0, latencySeconds: file });
    }
    expect(counters.counts().latency).toEqual({ medianSeconds: 50, p95Seconds: 95 });
  });

  test("keeps the newest refusals and bounds what each may hold", () => {
    const counters = new ActivityCounters();
    for (let file = 0; file < 200; file++) {
      const sample = refusedSample("m".repeat(100_000), file);
      const issues = Array.from({ length: 1000 }, () => sample.issues[0] ?? []).flat();
      counters.refused({ ...sample, issues });
    }
    const { refused, totals } = counters.counts();
    expect(totals.refused).toBe(200);
    expect(refused).toHaveLength(50);
    expect(refused[0]?.whenMs).toBe(199);
    expect(refused[0]?.issues).toHaveLength(100);
    expect(refused[0]?.message.length).toBeLessThan(4100);
  });

  test("a flood of origins shares one entry, and no row is lost", () => {
    const counters = new ActivityCounters();
    for (let index = 0; index < 1000; index++) {
      counters.counted([tests(`o${index}`, 1)]);
    }
    const { origins } = counters.counts();
    expect(origins).toHaveLength(201);
    expect(origins[0]).toMatchObject({ origin: "_other", tests: 800 });
  });
});
