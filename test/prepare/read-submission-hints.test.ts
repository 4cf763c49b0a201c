import { describe, expect, test } from "bun:test";
import { newestVersion } from "../../src/submission/versions/versions.ts";
import { issue, refusal } from "./refusal-of.ts";

const { name: newest, major, minor } = newestVersion;
const version = { major, minor };
const build = { id: "lab:b1", origin: "lab", checkout_id: "lab:c1" };
const testCase = { id: "lab:t1", origin: "lab", build_id: "lab:b1" };

describe("hints", () => {
  const builds = (fields: object) => ({ version, builds: [{ ...build, ...fields }] });
  test.each([
    ["null", builds({ comment: null }), "`null` is not allowed: leave the field out"],
    ["valid on a build", builds({ valid: false }), '"FAIL" for false'],
    ["a status in small letters", builds({ status: "pass" }), "write PASS"],
    ["a status in other words", builds({ status: "failed" }), "write FAIL"],
    ["an id without origin", builds({ id: "b1" }), 'put the origin before it: "lab:b1"'],
    [
      "a time without zone",
      builds({ start_time: "2025-01-31 10:00:00" }),
      '"2025-01-31T10:00:00Z"',
    ],
    ["a zone without colon", builds({ start_time: "2025-01-31T10:00:00+0000" }), "with a colon"],
    ["an unknown field near a known one", builds({ log_urls: "x" }), "did you mean `log_url`?"],
    ["an unknown field near none", builds({ foo_bar_baz_qux: 1 }), "goes into `misc`"],
    [
      "a field of a newer version",
      { version: { major: 5 }, tests: [{ ...testCase, input_files: [] }] },
      "exists from 5.3 on",
    ],
    ["a quoted number", builds({ duration: "1.5" }), "leave out the quotes"],
    ["one file instead of a list", builds({ input_files: {} }), "square brackets"],
    ["a URL with a space", builds({ log_url: "https://h/a b" }), "write a space as %20"],
    [
      "an ssh address",
      { version, issues: [{ id: "a:1", origin: "a", version: 1, report_url: "git@h:r.git" }] },
      "ssh address",
    ],
    [
      "an issue without version",
      { version, issues: [{ id: "a:1", origin: "a" }] },
      "the first is 1",
    ],
    ["a build of no checkout", { version, builds: [{ id: "a:1", origin: "a" }] }, "by its `id`"],
    ["a NUL", builds({ comment: "a\0b" }), "take the \\u0000 out"],
    [
      "slashes and blanks in a test's path",
      { version, tests: [{ ...testCase, path: "/ltp/foo bar" }] },
      'write "ltp.foo_bar"',
    ],
    ["no version", {}, `add "version": {"major": ${major}, "minor": ${minor}}`],
    ["a version that is text", { version: "5.3" }, 'write "version": {"major": 5, "minor": 3}'],
    [
      "a version of the future",
      { version: { major, minor: minor + 1 } },
      `${newest} is the newest`,
    ],
  ])("%s", (_, document, hint) => {
    expect(issue(document).hint).toContain(hint);
  });

  test.each([
    ["{'a': 1}", "double quotes"],
    ['{"a": 1,}', "remove the comma"],
    ['{"a": NaN}', "JSON has no NaN"],
    ['{"a": True}', "write true"],
    ['{"a": None}', "leave the field out"],
    ['{"a": 1} // x', "no comments"],
    ['{"a": "x\ny"}', "write it as \\n"],
    ['{"a": 1 "b": 2}', "a comma is missing"],
    ["{}\n{}\n", "one submission"],
    ['{"a": 1', "the file is not whole"],
    ["", "there is nothing in the file"],
  ])("%s", (text, hint) => {
    expect(refusal(text).issues[0]?.hint).toContain(hint);
  });
});
