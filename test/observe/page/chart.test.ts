import { describe, expect, test } from "bun:test";
import { renderChart } from "../../../src/observe/page/chart.ts";

const spec = {
  title: "Queue",
  current: "4 files",
  format: String,
  leastTop: 0.05,
  nowMs: 3_600_000,
};

function chart(values: (number | undefined)[]): string {
  const points = values.map((value, index) => ({ atMs: index * 5000, value }));
  return renderChart({ ...spec, points }).toString();
}

describe("renderChart", () => {
  test("says in words what it shows", () => {
    expect(chart([1, 40, 4])).toContain(
      'aria-label="Queue over the last 1 h: now 4 files, at most 40"',
    );
  });

  test.each([
    [10, "5 min"],
    [150, "15 min"],
    [700, "1 h"],
  ])("of %d points shows no more than the last %s", (count, span) => {
    const points = Array.from({ length: count }, (_, index) => ({ atMs: index * 5000, value: 1 }));
    const text = renderChart({ ...spec, points, nowMs: (count - 1) * 5000 }).toString();
    expect(text).toContain(`<span>${span} ago</span>`);
    expect(text).toContain(`over the last ${span}:`);
  });

  test("leaves a gap where a value is absent", () => {
    expect(chart([1, 2, undefined, 3, 4]).match(/class="line"/g)).toHaveLength(2);
    expect(chart([]).match(/class="line"/g)).toBeNull();
  });

  test.each([
    [[0, 0], "0.05"],
    [[0, 140], "150"],
    [[0.02, 0.031], "0.05"],
    [[900], "1000"],
  ])("the scale for %p ends at %s", (values, top) => {
    expect(chart(values)).toContain(`<span class="top" aria-hidden="true">${top}</span>`);
  });

  test("stays inside its canvas whatever comes", () => {
    const text = chart([0, 1e15, 3]);
    for (const [, path = ""] of text.matchAll(/class="line" d="M([^"]*)"/g)) {
      for (const place of path.split("L")) {
        const [x = -1, y = -1] = place.split(" ").map(Number);
        expect(x).toBeWithin(0, 602);
        expect(y).toBeWithin(0, 121);
      }
    }
  });
});
