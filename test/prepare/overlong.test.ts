import { describe, expect, test } from "bun:test";
import { findOverlong, maxAggregatedBytes, OverlongParts } from "../../src/prepare/overlong.ts";
import type { Submission } from "../../src/submission/submission.ts";

/** A submission whose nine texts have these lengths. */
function submissionOf(length: number, character = "x"): Submission {
  const text = character.repeat(length);
  return {
    version: { major: 5, minor: 3 },
    checkouts: [
      {
        ...{ id: "a:c", origin: "a", tree_name: text },
        ...{ git_repository_url: text, git_repository_branch: text },
      },
    ],
    builds: [
      {
        ...{ id: "a:b", origin: "a", checkout_id: "a:c" },
        ...{ config_name: text, architecture: text, compiler: text },
      },
    ],
    tests: [
      {
        ...{ id: "a:t", origin: "a", build_id: "a:b", path: `${text}.${"y".repeat(3_000)}` },
        ...{ environment: { misc: { platform: text } }, misc: { runtime: text } },
      },
    ],
  };
}

describe("what the dashboard's aggregation cannot take", () => {
  test("is a test with more than 2,600 bytes of text, with those of its build and checkout", () => {
    expect(maxAggregatedBytes).toBe(2_600);
    expect(findOverlong(submissionOf(288))).toBeUndefined();
    expect(findOverlong(submissionOf(289))).toEqual({ objects: 1, bytes: 2_601 });
  });

  test("is counted in bytes, not in characters", () => {
    expect(findOverlong(submissionOf(144, "é"))).toBeUndefined();
    expect(findOverlong(submissionOf(145, "é"))).toEqual({ objects: 1, bytes: 2_610 });
  });

  test("counts what the submission holds: of a test alone its own texts, of a build alone no test", () => {
    const { checkouts = [], builds = [], tests = [] } = submissionOf(800);
    const version = { major: 5, minor: 3 };
    expect(findOverlong({ version, tests })).toBeUndefined();
    expect(findOverlong({ version, builds, tests })).toEqual({ objects: 1, bytes: 4_800 });
    expect(findOverlong({ version, checkouts, builds })).toEqual({ objects: 1, bytes: 4_800 });
    expect(findOverlong({ version, checkouts })).toBeUndefined();
    const { checkouts: long = [] } = submissionOf(900);
    expect(findOverlong({ version, checkouts: long })).toEqual({ objects: 1, bytes: 2_700 });
  });

  test("are all tests of a build that leaves them no room, and no others", () => {
    const { tests: [item = { id: "" }] = [], ...parents } = submissionOf(400);
    const tests = [
      item,
      { ...item, id: "a:2" },
      { ...item, id: "a:3", build_id: "a:elsewhere" },
    ] as NonNullable<Submission["tests"]>;
    expect(findOverlong({ ...parents, tests })).toEqual({ objects: 2, bytes: 3_600 });
  });

  test("is found whatever stands in the place of a text", () => {
    const platform = { long: "x".repeat(2_700) };
    const odd = { id: "a:t", origin: "a", build_id: "a:b", environment: { misc: { platform } } };
    expect(findOverlong({ version: { major: 5, minor: 3 }, tests: [odd] })?.objects).toBe(1);
    expect(findOverlong({ version: { major: 5, minor: 3 } })).toBeUndefined();
  });
});

test("what is too long is the same in a submission that comes in parts", () => {
  let seed = 1;
  const below = (n: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % n;
  };
  const text = () => "é".repeat(below(3) ? below(200) : below(800));
  const list = <T>(most: number, make: () => T) => Array.from({ length: below(most) }, make);
  let found = 0;
  for (let run = 0; run < 300; run++) {
    const version = { major: 5, minor: 3 };
    const id = (kind: string) => `a:${kind}${below(4)}`;
    const checkouts = list(4, () => ({ id: id("c"), origin: "a", tree_name: text() }));
    const builds = list(5, () => ({
      ...{ id: id("b"), origin: "a", checkout_id: id("c"), compiler: text(), config_name: text() },
    }));
    const tests = list(6, () => ({
      ...{ id: id("t"), origin: "a", build_id: id("b"), path: text(), misc: { runtime: text() } },
    }));
    const parts = new OverlongParts();
    for (const one of checkouts) parts.add({ version, checkouts: [one] });
    for (const one of builds) parts.add({ version, builds: [one] });
    for (const one of tests) parts.add({ version, tests: [one] });
    const whole = findOverlong({ version, checkouts, builds, tests });
    expect(parts.found).toEqual(whole as NonNullable<typeof whole>);
    if (whole) found++;
  }
  expect(found).toBeGreaterThan(20);
});
