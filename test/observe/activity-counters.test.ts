import { describe, expect, test } from "bun:test";
import { ActivityCounters } from "../../src/observe/activity-counters.ts";
import type { ShownRefusal } from "../../src/observe/state.ts";
import type { TallyEntry } from "../../src/prepare/tally.ts";
import { refusedSample } from "./page/sample.ts";

function tests(origin: string, count: number): TallyEntry {
  return { list: "tests", origin, lab: "None", platform: "None", count };
}

describe("ActivityCounters", () => {
  test("adds up files, objects and bytes, and orders origins by objects", () => {
    const counters = new ActivityCounters(() => 5000);
    counters.counted([tests("small", 1)]);
    counters.committed({ bytes: 10, latencySeconds: 1 });
    counters.counted([tests("large", 7), tests("small", 1)]);
    counters.committed({ bytes: 20, latencySeconds: 3 });
    counters.retried();
    const { totals, origins } = counters.counts();
    expect(totals).toEqual({ files: 2, objects: 9, bytes: 30, refused: 0, retried: 1 });
    expect(origins.map(({ origin, tests, lastSeenMs }) => [origin, tests, lastSeenMs])).toEqual([
      ["large", 7, 5000],
      ["small", 2, 5000],
    ]);
  });

  test("adds up what was odd about submissions, and a snapshot of it stays as it is", () => {
    const counters = new ActivityCounters();
    const entry = { origin: "lab", lookedAt: 3, warned: 1 };
    counters.lookedAt([{ ...entry, kinds: { "no-path": 1 } }]);
    const before = counters.counts();
    counters.lookedAt([{ ...entry, kinds: { "no-path": 1, "no-hash": 1 } }]);
    expect(before.origins).toMatchObject([{ lookedAt: 3, warned: 1, warnings: { "no-path": 1 } }]);
    const warnings = { "no-path": 2, "no-hash": 1 };
    expect(counters.counts().origins).toMatchObject([{ lookedAt: 6, warned: 2, warnings }]);
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
    expect(refused.map(({ kind, files }) => [kind, files])).toEqual([["type", 200]]);
    const newest = refused[0]?.newest ?? [];
    expect(newest.map(({ whenMs }) => whenMs)).toEqual([199, 198, 197]);
    expect(newest[0]?.issues).toHaveLength(100);
    expect(newest[0]?.message.length).toBeLessThan(4100);
  });

  test("groups refusals by what is wrong, the kind that was met last first", () => {
    const counters = new ActivityCounters();
    const refuse = (origin: string, reason: ShownRefusal["reason"], code: string) => {
      const sample = refusedSample(origin, 1);
      const issues = sample.issues.map((issue) => ({ ...issue, code }));
      counters.refused({ ...sample, reason, issues });
    };
    refuse("a", "invalid", "unknown-field");
    refuse("a", "database", "23505");
    refuse("b", "invalid", "enum");
    refuse("c", "database", "22001");
    refuse("b", "invalid", "unknown-field");
    const { refused } = counters.counts();
    expect(refused.map(({ kind, files, origins }) => [kind, files, origins])).toEqual([
      ["unknown-field", 2, ["b", "a"]],
      ["database", 2, ["c", "a"]],
      ["enum", 1, ["b"]],
    ]);
  });

  test("a flood of kinds is bounded", () => {
    const counters = new ActivityCounters();
    for (let kind = 0; kind < 1000; kind++) {
      const sample = refusedSample("a", kind);
      const issues = sample.issues.map((issue) => ({ ...issue, code: `k${kind}` }));
      counters.refused({ ...sample, issues });
    }
    expect(counters.counts().refused.map(({ kind }) => kind)).toEqual(
      Array.from({ length: 40 }, (_, at) => `k${999 - at}`),
    );
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
