import { expect, test } from "bun:test";
import { parseExactly } from "../../src/base/raw-json.ts";
import { maxGrowthOf } from "../../src/rows/jsonb.ts";
import { findUnstorable, type Unstorable } from "../../src/rows/unstorable.ts";
import type { ListName, Submission } from "../../src/submission/submission.ts";

const base = { id: "a:1", origin: "a" };
const suspicions = {
  characters: true,
  numbers: true,
  sizes: true,
  depth: true,
  maxGrowth: maxGrowthOf(1_000),
};

/** Paths of what is unstorable in one object; `misc` may be JSON text, to keep its numbers. */
function find(list: ListName, fields: Record<string, unknown>): string[] {
  const found: Unstorable[] = [];
  const submission: Submission = {
    version: { major: 5, minor: 3 },
    [list]: [{ ...base, ...fields }],
  };
  findUnstorable(submission, suspicions, (one) => found.push(one));
  return found.map(({ path }) => path.slice(2).join("."));
}

const misc = (text: string) => ({ misc: parseExactly(text) });
const nested = (levels: number) => ({
  environment: { misc: parseExactly(`{"x":${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`) },
});

test.each([
  ["NUL in text", "checkouts", { message_id: "a@\0" }, "message_id"],
  ["half a surrogate pair", "tests", { comment: "\ud800" }, "comment"],
  ["NUL in misc", "tests", misc('{"a":[{"b":"x\\u0000"}]}'), "misc.a.0.b"],
  ["NUL in a name in misc", "builds", misc('{"a\\u0000":1}'), "misc.a\0"],
  [
    "half a pair in a file name",
    "builds",
    { input_files: [{ name: "\udc00" }] },
    "input_files.0.name",
  ],
  ["an integer beyond int4", "issues", { version: 2 ** 31 }, "version"],
  ["an integer beyond a double", "incidents", { issue_version: Infinity }, "issue_version"],
  ["a number beyond a double", "builds", { duration: -Infinity }, "duration"],
  ["a nested number beyond a double", "tests", { number: { value: Infinity } }, "number.value"],
  ["a fraction in misc beyond a double", "tests", misc('{"n":[1e400]}'), "misc.n.0"],
  ["too many digits in misc", "tests", misc(`{"n":${"9".repeat(131073)}}`), "misc.n"],
  ["too many decimals in misc", "tests", misc('{"n":1e-16384}'), "misc.n"],
  ["an exponent past all limits", "tests", misc('{"n":0e-99999999999}'), "misc.n"],
  [
    "the number with which an object swells",
    "tests",
    misc(`{"n":[${"1e-16383,".repeat(1_100)}1]}`),
    "misc.n.1024",
  ],
  [
    "an object that swells by doubles",
    "tests",
    misc(`{"n":[${"1e308,".repeat(60_000)}1]}`),
    "misc.n.55188",
  ],
  [
    "an object that swells in two places",
    "tests",
    {
      ...misc(`{"n":[${"1e-16383,".repeat(600)}1]}`),
      environment: misc(`{"n":[${"1e131071,".repeat(60)}1]}`),
    },
    "environment.misc.n.53",
  ],
  ["an origin longer than a derived table's", "tests", { origin: "a".repeat(101) }, "origin"],
  ["an id longer than an index entry", "builds", { id: "x".repeat(2693) }, "id"],
  ["an id counted in bytes", "builds", { id: "é".repeat(1347) }, "id"],
  ["an issue's id beside its version", "issues", { id: "x".repeat(2689) }, "id"],
  [
    "columns that are too long together",
    "checkouts",
    { tree_name: "x".repeat(1000), git_repository_branch: "y".repeat(1700) },
    "git_repository_branch",
  ],
  [
    "an element longer than an index entry",
    "issues",
    { categories: ["a", "x".repeat(2693)] },
    "categories.1",
  ],
  [
    "a nested element longer than an index entry",
    "tests",
    { environment: { compatible: ["x".repeat(2693)] } },
    "environment.compatible.0",
  ],
  [
    "a platform longer than its column",
    "tests",
    { environment: misc(`{"platform":"${"x".repeat(101)}"}`) },
    "environment.misc.platform",
  ],
  [
    "a platform long as JSON",
    "tests",
    { environment: misc(`{"platform":[${"1,".repeat(40)}1]}`) },
    "environment.misc.platform",
  ],
  [
    "a platform long in full digits",
    "tests",
    { environment: misc('{"platform":1e300}') },
    "environment.misc.platform",
  ],
  [
    "a time before the year 1 in UTC",
    "builds",
    { start_time: "0001-01-01T00:59:59+01:00" },
    "start_time",
  ],
  [
    "a time after the year 9999 in UTC",
    "builds",
    { start_time: "9999-12-31T23:30:00-01:00" },
    "start_time",
  ],
  [
    "a time that rounds up to the year 10000",
    "builds",
    { start_time: "9999-12-31T23:59:59.9999999Z" },
    "start_time",
  ],
  ["JSON deeper than an index can read", "tests", nested(1001), "environment.misc"],
] as const)("%s is unstorable", (_, list, fields, path) => {
  expect(find(list, fields)).toContain(path);
});

test.each([
  ["the greatest int4", "issues", { version: 2 ** 31 - 1 }],
  ["an integer beyond a double in misc", "tests", misc(`{"n":${"9".repeat(131072)}}`)],
  ["the finest decimals in misc", "tests", misc(`{"n":[1e-16383,1e-400,-0.0]}`)],
  [
    "an object that swells a little",
    "tests",
    misc(`{"n":[${"-1.7976931348623157e+308,".repeat(20_000)}1]}`),
  ],
  ["many numbers with a small exponent", "tests", misc(`{"n":[${"1.5E+1,".repeat(100_000)}1]}`)],
  ["the longest id", "builds", { id: "x".repeat(2692) }],
  ["the longest id of an issue", "issues", { id: "x".repeat(2688) }],
  [
    "long text without an index",
    "tests",
    { comment: "x".repeat(100_000), log_url: `x:${"y".repeat(5000)}` },
  ],
  ["an origin of 100 characters", "builds", { origin: "a".repeat(100) }],
  ["an origin of no derived table", "incidents", { origin: "a".repeat(101) }],
  [
    "a platform of 100 code points",
    "tests",
    { environment: { misc: { platform: "😀".repeat(100) } } },
  ],
  ["a platform that is null", "tests", { environment: { misc: { platform: null } } }],
  ["the first and last times", "builds", { start_time: "0001-01-01T01:00:00+01:00" }],
  ["the last microsecond", "builds", { start_time: "9999-12-31T23:59:59.999999Z" }],
  ["a submitted time of storage", "tests", { _timestamp: "9999-12-31T23:30:00-01:00" }],
  ["deep JSON that no index reads", "tests", { misc: nested(1900).environment.misc }],
  ["JSON as deep as an index reads", "tests", nested(1000)],
] as const)("%s is storable", (_, list, fields) => {
  expect(find(list, fields)).toEqual([]);
});

test("of a submission that swells, the number is told with which it does", () => {
  const tests = Array.from({ length: 20 }, () => ({
    ...base,
    ...misc(`{"n":[${"1e-16383,".repeat(1_000)}1]}`),
  }));
  const findIn = (textLength: number) => {
    const found: Unstorable[] = [];
    const submission: Submission = { version: { major: 5, minor: 3 }, tests };
    findUnstorable(submission, { ...suspicions, maxGrowth: maxGrowthOf(textLength) }, (one) =>
      found.push(one),
    );
    return found.map(({ path }) => path.join("."));
  };
  expect(findIn(200_000)).toEqual(["tests.4.misc.n.293"]);
  expect(findIn(20_000_000)).toEqual([]);
});

test("a misc with more members than jsonb takes is unstorable", () => {
  const crowd = { misc: { x: new Array(2 ** 24 + 1).fill(null) } };
  expect(find("builds", crowd)).toEqual(["misc"]);
});
