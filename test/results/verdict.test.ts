import { describe, expect, test } from "bun:test";
import { buildIdentity, newestFirst, testIdentity } from "../../src/results/identity.ts";
import { countClasses, pairRuns } from "../../src/results/pair-runs.ts";
import { classOf, sinceOf, verdictOf } from "../../src/results/verdict.ts";

/** Statuses by their letters, newest first; `-` has none. */
const statusesOf = (letters: string) =>
  [...letters].map(
    (letter) => ({ P: "PASS", F: "FAIL", E: "ERROR", S: "SKIP", M: "MISS" })[letter] ?? null,
  );

describe("the verdict on a history", () => {
  test.each([
    ["P", "pass"],
    ["PPP", "pass"],
    ["F", "fail"],
    ["FFFF", "fail"],
    ["PF", "fixed"],
    ["PPFFF", "fixed"],
    ["FP", "regression"],
    ["FFPP", "regression"],
    ["FPF", "unstable"],
    ["PFP", "unstable"],
    ["E", "unstable"],
    ["-", "unstable"],
    ["FEP", "unstable"],
    ["PPS", "unstable"],
    ["FFFFFFFFFFP", "fail"],
    ["PPPPPPPPPFPF", "fixed"],
  ] as const)("%s is %s", (letters, verdict) => {
    expect(verdictOf(statusesOf(letters))).toBe(verdict);
  });

  test("there is none without runs", () => {
    expect(verdictOf([])).toBeUndefined();
  });
});

describe("since when something fails", () => {
  const runs = (letters: string) => statusesOf(letters).map((status, at) => ({ status, at }));

  test.each([
    ["FP", { state: "new", failures: 1, since: 0, lastPassed: 1 }],
    ["FEMP", { state: "new", failures: 1, since: 0, lastPassed: 3 }],
    ["EFSFP", { state: "failing", failures: 2, since: 3, lastPassed: 4 }],
    ["FF", { state: "never passed", failures: 2, since: 1, lastPassed: undefined }],
    ["FEF", { state: "never passed", failures: 2, since: 2, lastPassed: undefined }],
    ["F", { state: "first run", failures: 1, since: 0, lastPassed: undefined }],
    ["FPF", { state: "new", failures: 1, since: 0, lastPassed: 1 }],
  ] as const)("%s", (letters, { state, failures, since, lastPassed }) => {
    const found = sinceOf(runs(letters));
    expect([found?.state, found?.failures, found?.since.at, found?.lastPassed?.at]).toEqual([
      state,
      failures,
      since,
      lastPassed,
    ]);
  });

  test.each(["P", "EP", "PF", "E", "--", ""])("%p does not fail", (letters) => {
    expect(sinceOf(runs(letters))).toBeUndefined();
  });
});

test("the class of a pair is as the table of the contract has it", () => {
  const outcomes = ["pass", "fail", "inconclusive", undefined] as const;
  const table = outcomes.map((older) => outcomes.map((newer) => classOf(older, newer) ?? ""));
  expect(table).toEqual([
    ["", "regression", "regression", "disappeared"],
    ["fixed", "stillFailing", "fixed", "disappeared"],
    ["newPass", "newFailure", "", "disappeared"],
    ["newPass", "newFailure", "appeared", ""],
  ]);
});

describe("pairs of runs", () => {
  const run = (id: string, status: string | null, start: string | null = null, at = "1") => ({
    ...{ id, status, start_time: start, _timestamp: at },
    name: id.split("-")[0] ?? "",
  });
  const pairs = (older: ReturnType<typeof run>[], newer: ReturnType<typeof run>[]) =>
    pairRuns(older, newer, ({ name }) => name);

  test("are made of the latest run of each: by start, ingestion and id", () => {
    const found = pairs(
      [run("a-1", "PASS", "2"), run("a-2", "FAIL", "1"), run("b-1", "FAIL"), run("b-2", "PASS")],
      [run("a-3", "FAIL", null, "9"), run("a-4", "PASS", "1"), run("b-3", "FAIL", null, "2")],
    );
    expect(found.map(({ class: name, older, newer }) => [name, older?.id, newer?.id])).toEqual([
      ["regression", "b-2", "b-3"],
    ]);
  });

  test("that are no longer conclusive are told apart, and sorted last in their class", () => {
    const found = pairs(
      [run("a", "PASS"), run("b", "PASS"), run("c", "FAIL")],
      [run("a", "MISS"), run("b", "FAIL"), run("c", null)],
    );
    expect(found.map((pair) => [pair.newer?.id, pair.class, pair.isInconclusive])).toEqual([
      ["b", "regression", false],
      ["a", "regression", true],
      ["c", "fixed", true],
    ]);
    expect(countClasses(found)).toMatchObject({ regression: 2, fixed: 1, newPass: 0 });
  });
});

test("what nobody told is one identity, however it is not told", () => {
  const build = { config_name: null, architecture: "", compiler: "Unknown" };
  expect(buildIdentity(build)).toBe(
    buildIdentity({ config_name: "", architecture: null, compiler: null }),
  );
  const test = { ...build, path: "a", platform: "b" };
  expect(testIdentity(test)).not.toBe(testIdentity({ ...test, path: "b", platform: "a" }));
});

test("runs without a start are the oldest", () => {
  const [a, b] = [
    { id: "z", start_time: null, _timestamp: "9" },
    { id: "a", start_time: "2026", _timestamp: "1" },
  ];
  expect([a, b].sort(newestFirst)).toEqual([b, a]);
});
