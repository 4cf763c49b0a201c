import { describe, expect, test } from "bun:test";
import { countTally, sumTallies, tallySubmission } from "../../src/prepare/tally.ts";
import type { Item, Submission } from "../../src/submission/submission.ts";
import { leastMs } from "../processor-ms.ts";

function submission(lists: Omit<Submission, "version">): Submission {
  return { version: { major: 5, minor: 3 }, ...lists };
}

function item(id: string, more: Record<string, unknown> = {}): Item {
  return { id: `maestro:${id}`, origin: "maestro", ...more };
}

describe("tallySubmission", () => {
  test("counts checkouts, issues and incidents by origin alone", () => {
    const tally = tallySubmission(
      submission({
        checkouts: [item("1"), item("2"), { id: "ti:1", origin: "ti" }],
        issues: [item("1")],
        incidents: [item("1")],
      }),
    );
    expect(tally).toEqual([
      { list: "issues", origin: "maestro", lab: "", platform: "", count: 1 },
      { list: "checkouts", origin: "maestro", lab: "", platform: "", count: 2 },
      { list: "checkouts", origin: "ti", lab: "", platform: "", count: 1 },
      { list: "incidents", origin: "maestro", lab: "", platform: "", count: 1 },
    ]);
  });

  test("takes the lab from misc.lab, else misc.runtime, else the word None", () => {
    const tally = tallySubmission(
      submission({
        builds: [
          item("1", { misc: { lab: "lab-a", runtime: "lab-b" } }),
          item("2", { misc: { runtime: "lab-b" } }),
          item("3", { misc: {} }),
          item("4"),
        ],
      }),
    );
    expect(tally.map(({ lab, count }) => [lab, count])).toEqual([
      ["lab-a", 1],
      ["lab-b", 1],
      ["None", 2],
    ]);
  });

  test("takes a test's platform from environment.misc, numbers as they were written", () => {
    const json: typeof JSON & { rawJSON?(text: string): unknown } = JSON;
    const raw = json.rawJSON?.("9007199254740993");
    const tally = tallySubmission(
      submission({
        tests: [
          item("1", { environment: { misc: { platform: "rpi4" } }, misc: { runtime: "lab-b" } }),
          item("2", { environment: { misc: { platform: 5 } } }),
          item("3", { environment: { misc: { platform: raw } } }),
          item("4", { environment: { misc: { platform: { nested: true } } } }),
          item("5", { environment: {} }),
        ],
      }),
    );
    expect(tally.map(({ lab, platform }) => [lab, platform])).toEqual([
      ["lab-b", "rpi4"],
      ["None", "5"],
      ["None", "9007199254740993"],
      ["None", "_other"],
      ["None", "None"],
    ]);
  });

  test("clips long labels and replaces control bytes and broken surrogates", () => {
    const [entry] = tallySubmission(
      submission({
        builds: [item("1", { misc: { lab: `a\n\u001b[31m\ud800${"x".repeat(1e6)}` } })],
      }),
    );
    expect(entry?.lab).toHaveLength(100);
    expect(entry?.lab).toStartWith("a\ufffd\ufffd[31m\ufffdxxx");
    expect(entry?.lab).toEndWith("x…");
  });

  test("stays small however many platforms and origins a file names, and counts them all", () => {
    const tests = Array.from({ length: 20_000 }, (_, index) => ({
      id: `o${index}:1`,
      origin: `o${index}`,
      environment: { misc: { platform: `board-${index}` } },
    }));
    const tally = tallySubmission(submission({ tests }));
    expect(tally.length).toBeLessThanOrEqual(2001);
    expect(countTally(tally)).toBe(20_000);
    expect(countTally(tally, "builds")).toBe(0);
  });

  test("only neighbours share an entry, until tallies are summed up", () => {
    const [a, b] = ["a", "b"].map((origin) => ({ id: `${origin}:1`, origin }));
    const tally = tallySubmission(
      submission({ checkouts: [a, b, a, b, b].flatMap((one) => one ?? []) }),
    );
    const shape = (list: typeof tally) => list.map(({ origin, count }) => [origin, count]);
    expect(shape(tally)).toEqual([
      ["a", 1],
      ["b", 1],
      ["a", 1],
      ["b", 2],
    ]);
    expect(shape(sumTallies([tally, tally]))).toEqual([
      ["a", 4],
      ["b", 6],
    ]);
  });

  test("the sum of many stays small however many platforms they name, and counts them all", () => {
    const tallies = Array.from({ length: 100 }, (_, file) =>
      tallySubmission(
        submission({
          tests: Array.from({ length: 500 }, (_, at) => ({
            id: "a:1",
            origin: "a",
            environment: { misc: { platform: `board-${file}-${at}` } },
          })),
        }),
      ),
    );
    const sum = sumTallies(tallies);
    expect(sum.length).toBeLessThanOrEqual(10_001);
    expect(countTally(sum)).toBe(50_000);
  });

  test("costs next to nothing for ten thousand small files", () => {
    const small = submission({
      checkouts: [item("1")],
      builds: [item("1", { misc: { lab: "lab-a" } })],
      tests: [item("1", { environment: { misc: { platform: "rpi4" } } })],
    });
    for (let round = 0; round < 2000; round++) tallySubmission(small);
    const tallyMany = () => {
      for (let file = 0; file < 10_000; file++) tallySubmission(small);
    };
    // The aim is 30 ms; the slack is for a machine that is busy with something else.
    expect(leastMs(tallyMany, 150)).toBeLessThan(150);
  });
});
