import { expect, test } from "bun:test";
import { nameTrees } from "../../src/prepare/name-trees.ts";
import type { Submission } from "../../src/submission/submission.ts";

const names = new Map([["https://git.example.org/a.git", "a-tree"]]);

/** The tree name of a checkout after it was given a standard one. */
function named(fields: Record<string, unknown>): unknown {
  const checkout = { id: "a:1", origin: "a", ...fields };
  const submission: Submission = { version: { major: 5, minor: 3 }, checkouts: [checkout] };
  nameTrees(submission, names);
  return submission.checkouts?.[0]?.tree_name;
}

test("a repository of the trees file gives its name, whatever was sent", () => {
  const git_repository_url = "https://git.example.org/a.git";
  expect(named({ git_repository_url })).toBe("a-tree");
  expect(named({ git_repository_url, tree_name: "sent" })).toBe("a-tree");
});

test.each(["https://git.example.org/a", "https://git.example.org/A.git", ""])(
  "the URL must be the same to the letter: %j keeps what was sent",
  (git_repository_url) => {
    expect(named({ git_repository_url, tree_name: "sent" })).toBe("sent");
    expect(named({ git_repository_url })).toBeUndefined();
  },
);

test("a checkout without a repository, and a submission without checkouts, are left alone", () => {
  expect(named({ tree_name: "sent" })).toBe("sent");
  const empty: Submission = { version: { major: 5, minor: 3 } };
  nameTrees(empty, names);
  expect(empty).toEqual({ version: { major: 5, minor: 3 } });
});
