import { describe, expect, test } from "bun:test";
import type { Filter } from "../../src/results/filter.ts";
import { listBuilds, listTests } from "../../src/results/list-runs.ts";
import { boundFor, lastIngested } from "../../src/results/recent.ts";
import type { Submission } from "../../src/submission/submission.ts";
import { kinds } from "../databases.ts";
import { type ReadableDatabase, readableDatabase } from "./read-on.ts";

const version = { major: 5, minor: 3 };
const day = (number: number) => `2026-06-${String(number).padStart(2, "0")}T00:00:00Z`;

/** A commit of a tree with a build and a test; the later it is ingested, the longer ago the test began. */
function commit(number: number): Submission {
  return {
    version,
    checkouts: [
      {
        ...{ id: `o:c${number}`, origin: "o", tree_name: "t", git_repository_branch: "b" },
        ...{ git_commit_hash: `${number}`.padStart(40, "a"), start_time: day(number) },
      },
    ],
    builds: [{ id: `o:b${number}`, origin: "o", checkout_id: `o:c${number}` }],
    tests: [
      {
        ...{ id: `o:t${number}`, origin: "o", build_id: `o:b${number}`, path: "boot" },
        ...(number % 2 === 0 ? { start_time: day(29 - number) } : {}),
      },
    ],
  } as unknown as Submission;
}

async function withCommits(on: ReadableDatabase, count: number): Promise<void> {
  await on.write(...Array.from({ length: count }, (_, at) => commit(at + 1)));
}

describe.each([...kinds])("what is newest in $name", (kind) => {
  test("is what was ingested last, listed by its start, page by page, the undated last", async () => {
    await using on = await readableDatabase(kind);
    await withCommits(on, 6);
    const within = await lastIngested(on.reader, "tests", 4);
    expect(within).toMatchObject({ of: "tests", count: 4 });
    const pages: string[][] = [];
    for (let after: string | undefined = ""; after !== undefined; ) {
      const page = await listTests(on.reader, undefined, { limit: 1, after, within });
      expect(page.bound).toEqual({ of: "tests", count: 4 });
      pages.push(page.rows.map(({ id }) => id));
      after = page.next;
    }
    expect(pages).toEqual([["o:t4"], ["o:t6"], ["o:t3"], ["o:t5"]]);
    const builds = await lastIngested(on.reader, "builds", 2);
    const listed = await listBuilds(on.reader, { limit: 10, within: builds });
    expect(listed.rows.map(({ id }) => id).sort()).toEqual(["o:b5", "o:b6"]);
  });

  test("has the builds that have arrived, and is chosen by what they say", async () => {
    await using on = await readableDatabase(kind);
    await withCommits(on, 4);
    const waiting = [{ id: "o:late", origin: "o", build_id: "o:none", path: "boot" }];
    const told = [{ id: "o:b4", origin: "o", checkout_id: "o:c4", architecture: "arm64" }];
    await on.write({ version, tests: waiting, builds: told } as unknown as Submission);
    const within = await lastIngested(on.reader, "tests", 3);
    const list = async (filter: Filter) => {
      const { rows } = await listTests(on.reader, undefined, { filter, limit: 10, within });
      return rows.map(({ id, architecture, checkout_id }) => [id, architecture, checkout_id]);
    };
    expect((await list({})).toSorted()).toEqual([
      ["o:late", null, null],
      ["o:t3", null, "o:c3"],
      ["o:t4", "arm64", "o:c4"],
    ]);
    expect(await list({ architecture: ["arm64"] })).toEqual([["o:t4", "arm64", "o:c4"]]);
  });

  test("is all there is where there is no more", async () => {
    await using on = await readableDatabase(kind);
    expect(await lastIngested(on.reader, "tests", 3)).toBeUndefined();
    await withCommits(on, 3);
    expect(await lastIngested(on.reader, "tests", 3)).toBeUndefined();
    expect(await lastIngested(on.reader, "tests", 2)).toBeDefined();
    const { rows, bound } = await listTests(on.reader, undefined, { limit: 10, isBounded: true });
    expect([rows.length, bound]).toEqual([3, undefined]);
  });

  test("is of a tree its last 20 commits; a commit is looked at whole", async () => {
    await using on = await readableDatabase(kind);
    await withCommits(on, 20);
    const filter = { tree: ["t"], status: ["NULL"] };
    expect(await boundFor(on.reader, "tests", filter, 1)).toBeUndefined();
    await withCommits(on, 23);
    expect(await boundFor(on.reader, "tests", filter, 1)).toMatchObject({ of: "commits" });
    const options = { filter, limit: 100, isBounded: true };
    const { rows, bound } = await listTests(on.reader, "boot", options);
    expect(bound).toEqual({ of: "commits", count: 20 });
    const newest = Array.from({ length: 20 }, (_, at) => `o:t${at + 4}`);
    expect(rows.map(({ id }) => id).sort()).toEqual(newest.sort());
    const hash = "1".padStart(40, "a");
    expect(await boundFor(on.reader, "tests", { commit: [hash] }, 1)).toBeUndefined();
    // Of no tree that has a name: nothing leads there.
    const untold = { tree: ["Unknown"] };
    expect(await boundFor(on.reader, "tests", untold, 1)).toMatchObject({ of: "tests" });
  });
});
