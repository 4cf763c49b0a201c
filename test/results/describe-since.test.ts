import { describe, expect, test } from "bun:test";
import { describeSince, missingParent } from "../../src/results/describe-since.ts";
import type { TestRun } from "../../src/results/runs.ts";
import { sinceOf } from "../../src/results/verdict.ts";
import { nameOfCommit } from "../../src/results/words.ts";

/** A test that ended so at a commit, with all its parents. */
const run = (status: string, commit: string | null, more: Partial<TestRun> = {}): TestRun => ({
  ...{ id: `a:${commit}`, origin: "a", status, path: "boot", start_time: null, duration: null },
  ...{ platform: null, environment_compatible: null, lab: null, log_url: null },
  ...{ architecture: null, compiler: null, config_name: null, tree_name: null },
  ...{ git_repository_url: null, git_repository_branch: null, git_commit_tags: null },
  ...{ git_commit_hash: commit, git_commit_name: commit, _timestamp: null },
  ...{ build_id: "a:b", checkout_id: "a:c", checkout_origin: "a" },
  ...more,
});

function sentence(runs: readonly [TestRun, ...TestRun[]], isCut = false): string {
  const parts = describeSince({ run: runs[0], since: sinceOf(runs), history: { runs, isCut } });
  const words = parts.map((part) => {
    if (typeof part === "string") return part;
    return "run" in part ? `${part.kind} ${nameOfCommit(part.run)}` : `${part.kind} ${part.id}`;
  });
  return words.join("");
}

describe("since when something fails", () => {
  const [pass, fail, skip] = [run("PASS", "v1"), run("FAIL", "v2"), run("SKIP", "v3")];
  test.each([
    ["it passed the last time", [fail, pass], "new at this v2, passed at passed v1"],
    [
      "several runs failed since it passed",
      [run("FAIL", "v4"), skip, fail, pass],
      "failing for 2 runs, since oldest v2, last passed passed v1",
    ],
    ["none passed", [run("FAIL", "v4"), fail], "never passed in 2 runs"],
    ["there is no other run", [fail], "first run"],
    ["it does not fail", [pass, fail], ""],
  ] as const)("%s", (_what, runs, expected) => {
    expect(sentence(runs)).toBe(expected);
  });

  test("runs that were not read may have passed", () => {
    expect(sentence([run("FAIL", "v4"), fail], true)).toBe("did not pass in the last 2 runs");
  });

  test("what has no build or checkout yet waits for it, whatever it came to", () => {
    const apart = { checkout_origin: null, git_commit_hash: null, git_commit_name: null };
    expect(sentence([run("FAIL", null, { ...apart, checkout_id: null })])).toBe(
      "waits for build a:b",
    );
    expect(sentence([run("PASS", null, apart)])).toBe("waits for checkout a:c");
  });
});

test("a checkout without a hash has arrived all the same", () => {
  expect(missingParent(run("FAIL", null))).toBeUndefined();
});
