import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { madeResults } from "../api/made-results.ts";
import { kinds } from "../databases.ts";
import { type ReadableDatabase, readableDatabase } from "../results/read-on.ts";
import { openStore } from "../store/prepared-store.ts";

const text = readFileSync(join(import.meta.dir, "../../scripts/queries.md"), "utf8");
const sections = text
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.slice(0, section.indexOf("\n")),
    query: /```sql\n([\s\S]*?)```/.exec(section)?.[1] ?? "",
  }));

/** What each query answers on the made results: its first row in part, and how many there are. */
const answers: Readonly<Record<string, [rows: number, first: Record<string, unknown>]>> = {
  "Which boots failed, on which boards?": [2, { id: "microsoft:A.b-1", git_commit_name: null }],
  "Did they fail on the previous commit?": [2, { platform: "am69 sk", status: "FAIL" }],
  "What are the results of each commit of a tree?": [
    2,
    { git_commit_name: "v6.17-c2", builds_fail: 1, boots_fail: 1 },
  ],
  "Which boards fail most often?": [2, { platform: "am69 sk", runs: 6, failed: 4 }],
  "Which configurations fail to build, with which compiler?": [
    1,
    { config_name: "tinyconfig", failed: 1 },
  ],
  "Which tests both pass and fail on the same commit?": [1, { path: "ltp.a", runs: 2 }],
  "What has never passed?": [1, { path: "ltp.b", runs: 1 }],
  "Why did it fail?": [1, { path: "ltp.b", error_msg: "out of memory" }],
  "How does one test perform in each lab?": [2, { lab: "lab-one", status: "FAIL", runs: 2 }],
  "Which tests take longest?": [1, { path: "ltp.b", runs: 1, seconds: 2.5 }],
  "Which tests are waiting for a build that has not arrived?": [
    1,
    { origin: "maestro", tests: 1, builds: 1 },
  ],
  "Which known issues were found, and where?": [
    1,
    { id: "maestro:i1", incidents: 2, seen_at: "v6.17-c2" },
  ],
  "What did each origin send, day by day?": [1, { origin: "maestro", day: "2026-07-01", tests: 7 }],
};

test("the guide has a dozen questions, each with a query and an answer that is known here", () => {
  expect(sections.length).toBeGreaterThanOrEqual(12);
  expect(sections.map(({ title }) => title)).toEqual(Object.keys(answers));
});

describe.each(kinds)("the queries of the guide, on $name", (kind) => {
  let on: ReadableDatabase;

  beforeAll(async () => {
    on = await readableDatabase(kind);
    const store = await openStore(on.database.url);
    await store.migrate({ views: true });
    await store[Symbol.asyncDispose]();
    await on.write(madeResults, more);
  });
  afterAll(async () => {
    await on?.[Symbol.asyncDispose]();
  });

  test.each(sections)("$title", async ({ title, query }) => {
    const rows = await on.database.query(query);
    const [count, first] = answers[title] ?? [0, {}];
    expect([rows.length, numbered(rows[0])]).toEqual([count, expect.objectContaining(first)]);
  });
});

// --- internal ---

/** What the other made results lack: a test that fails and passes at once, and one that never passed. */
const more = {
  version: { major: 5, minor: 3 },
  tests: [
    {
      ...{
        id: "maestro:t7",
        origin: "maestro",
        build_id: "maestro:b2",
        path: "ltp.b",
        duration: 2.5,
      },
      ...{
        status: "FAIL",
        start_time: "2026-07-01T13:00:00Z",
        misc: { error_msg: "out of memory" },
      },
      environment: { misc: { platform: "qemu" } },
    },
    {
      ...{ id: "maestro:t8", origin: "maestro", build_id: "maestro:b2", path: "ltp.a" },
      ...{ status: "FAIL", start_time: "2026-07-01T13:00:00Z" },
      environment: { misc: { platform: "am69 sk" } },
    },
  ],
} as unknown as typeof madeResults;

/** Postgres gives sums and counts as text. */
function numbered(row: Record<string, unknown> = {}): Record<string, unknown> {
  const toNumber = (value: unknown) =>
    typeof value === "string" && /^\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toNumber(value)]));
}
