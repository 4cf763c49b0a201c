import { describe, expect, test } from "bun:test";
import { readSubmission } from "../../../src/prepare/read-submission.ts";
import type { FieldType } from "../../../src/submission/versions/field.ts";
import { newestVersion } from "../../../src/submission/versions/versions.ts";
import { findWarnings, type Warnings } from "../../../src/submission/warnings/find-warnings.ts";
import {
  build,
  checkout,
  complete,
  incident,
  issue,
  older,
  test as testOf,
  whole,
} from "../mistakes/documents.ts";

const nowMs = Date.parse("2025-02-01T00:00:00Z");
const hash = "0123456789abcdef0123456789abcdef01234567";
const named = { path: "boot", status: "PASS" };

function warningsOf(text: string, thorough = true): Warnings {
  const reading = readSubmission(text);
  if (!reading.accepted) throw new Error(reading.refusal.message);
  return findWarnings(reading, { nowMs, maxIssues: 20, thorough });
}

/** What is told of each warning: its kind, and where. */
function told(text: string): string[] {
  const { warnings } = warningsOf(text);
  return warnings.map(({ code, path, line, column }) => `${code} ${line}:${column} ${path}`);
}

describe("what is odd is told with its place", () => {
  test.each([
    [
      "a duplicate key",
      testOf(named).replace('"origin":"lab"', '"origin":"x","origin":"lab"'),
      "duplicate-key 1:70 $.tests[0].origin",
    ],
    [
      "a duplicate key beside a name with a space behind it",
      testOf(named).replace('"origin":"lab"', '"origin":"x","origin" :"lab"'),
      "duplicate-key 1:70 $.tests[0].origin",
    ],
    ["an id whose origin is another", build({ id: "other:1" }), "other-origin 1:50 $.builds[0].id"],
    ["a negative duration", build({ duration: -1 }), "odd-duration 1:106 $.builds[0].duration"],
    [
      "a duration in milliseconds",
      build({ duration: 3_600_000 }),
      "odd-duration 1:106 $.builds[0].duration",
    ],
    [
      "a time in the future",
      build({ start_time: "2025-03-01T00:00:00Z" }),
      "future-time 1:108 $.builds[0].start_time",
    ],
    [
      "a time of an empty clock",
      build({ start_time: "1970-01-01T00:00:00Z" }),
      "early-time 1:108 $.builds[0].start_time",
    ],
    ["a test without path", testOf({ status: "PASS" }), "no-path 1:43 $.tests[0]"],
    ["a test without status", testOf({ path: "boot" }), "no-status 1:43 $.tests[0]"],
    ["an incident of no build or test", incident({}), "no-subject 1:47 $.incidents[0]"],
    ["a checkout without hash", checkout({}), "no-hash 1:47 $.checkouts[0]"],
    [
      "a password in a URL",
      build({ log_url: "https://me:secret@h.org/1" }),
      "password-in-url 1:105 $.builds[0].log_url",
    ],
    [
      "a password in the URL of a file",
      build({ output_files: [{ name: "a", url: "https://me:secret@h.org/1" }] }),
      "password-in-url 1:129 $.builds[0].output_files[0].url",
    ],
    ["an old version", older(4, 5, { builds: [] }), "old-version 1:12 $.version"],
    [
      "one id twice with other values",
      whole({ ...complete, tests: [...complete.tests, { ...complete.tests[0], status: "FAIL" }] }),
      "duplicate-id 1:128 $.tests[1].id",
    ],
  ])("%s", (_, text, expected) => {
    expect(told(text)).toEqual([expected]);
  });
});

const makers: Readonly<Record<string, (fields: Record<string, unknown>) => string>> = {
  checkouts: checkout,
  builds: build,
  tests: testOf,
  issues: issue,
  incidents: incident,
};

/** A value that is odd in each field of some type, or nothing. */
function oddOf(type: FieldType): [value: unknown, code: string, within: string] | undefined {
  const url = "https://me:secret@h.org/1";
  if (type.kind === "string" && type.format === "date-time") {
    return ["2055-01-01T00:00:00Z", "future-time", ""];
  }
  if (type.kind === "string" && type.format === "uri") return [url, "password-in-url", ""];
  const isFiles = type.kind === "list" && type.items.kind === "object";
  return isFiles ? [[{ name: "a", url }], "password-in-url", "[0].url"] : undefined;
}

test("every time, URL and file that an object may have is looked at, but for the time of ingestion", () => {
  const fields = Object.entries(newestVersion.lists).flatMap(([list, type]) =>
    Object.entries(type.fields).map(([name, field]) => ({ list, name, odd: oddOf(field.type) })),
  );
  const looked = fields.filter(({ name, odd }) => odd && name !== "_timestamp");
  expect(looked.length).toBeGreaterThan(12);
  for (const { list, name, odd: [value, code, within] = [] } of looked) {
    const text = makers[list]?.({ [name]: value }) ?? "";
    const at = `$.${list}[0].${name}${within}`;
    const all = told(text).map((one) => one.replace(/ \d+:\d+/, ""));
    expect([at, all]).toEqual([at, expect.arrayContaining([`${code} ${at}`])]);
  }
});

test("each has a hint, and no secret is shown", () => {
  const { warnings } = warningsOf(build({ log_url: "https://me:secret@h.org/1", duration: -1 }));
  expect(warnings.every(({ hint }) => hint)).toBe(true);
  expect(JSON.stringify(warnings)).not.toContain("secret");
});

test("what is as it should be is told of nowhere", () => {
  const fine = [
    ...[whole(complete), build({ duration: 3600, start_time: "2025-02-01T23:00:00+14:00" })],
    checkout({ git_commit_hash: hash, git_repository_url: "https://me@h.org/a:b@c" }),
    incident({ build_id: "lab:b" }),
    whole({ ...complete, tests: [...complete.tests, ...complete.tests] }),
    testOf({ ...named, log_excerpt: 'a ":": {"x": 1, "x": 2}' }),
    whole(complete).replace('"status":', '"status" :'),
    whole(complete).replaceAll('":', '"\n:'),
    whole(complete).replace('"status"', '"st\\u0061tus"'),
    `{"version":{"major":5},"tests":[]}`,
  ];
  for (const text of fine) expect([text, told(text)]).toEqual([text, []]);
});

test("the issues and incidents that an upgrade makes are not the submitter's", () => {
  const text = older(4, 5, { tests: [{ ...complete.tests[0], waived: true }] });
  expect(told(text)).toEqual(["old-version 1:12 $.version"]);
});

test("the ids that an upgrade gives to old revisions are as they should be", () => {
  const common = { origin: "lab", id: hash, git_repository_commit_hash: hash };
  const [second, third] = [
    { ...common, id: `lab:${hash}`, origin: undefined },
    { ...common, git_commit_hash: hash, git_repository_commit_hash: undefined },
  ];
  const first = { origin: "lab", origin_id: hash, git_repository_commit_hash: hash };
  for (const [major, revision] of [first, second, third].entries()) {
    const text = older(major + 1, Number(major === 0), { revisions: [revision] });
    expect(told(text)).toEqual(["old-version 1:12 $.version"]);
  }
});

test("the same in many objects is one, with its count", () => {
  const tests = Array.from({ length: 300 }, (_, at) => ({
    id: `lab:${at}`,
    origin: "lab",
    build_id: "lab:b",
    path: "a",
  }));
  const { warnings, warningCount } = warningsOf(whole({ ...complete, tests }));
  expect(warnings).toMatchObject([{ code: "no-status", times: 300, places: [{}, {}, {}] }]);
  expect(warningCount).toBe(300);
});

test("references that lead out of the file are counted, and are no warnings", () => {
  const { warnings, outside } = warningsOf(
    whole({ ...complete, builds: [{ id: "lab:b", origin: "lab", checkout_id: "lab:c" }] }),
  );
  expect([warnings, outside]).toEqual([[], { checkout_id: 1 }]);
});

test("in a large file equal names are looked for only when asked", () => {
  const text = testOf({ ...named, misc: { pad: "x".repeat(1 << 20) } }).replace(
    '"origin":"lab"',
    '"origin":"x","origin":"lab"',
  );
  expect(warningsOf(text, false).warningCount).toBe(0);
  expect(warningsOf(text, true).warningCount).toBe(1);
});
