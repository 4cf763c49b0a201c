import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HeldFolder } from "../../src/spool/held-folder.ts";
import { readReason, writeReason } from "../../src/spool/reason-file.ts";
import { stayOnDisk, temporaryFolder } from "../temporary.ts";

stayOnDisk();

const refusal = {
  stage: "validate",
  reason: "invalid",
  message: "1 mistake",
  origins: ["a"],
  version: "5.3",
  issues: [{ path: "$.a", code: "type", expected: "text", got: "1" }],
  issueCount: 1,
} as const;

/** What is read of a reason file with these fields in the place of ours. */
function read(fields: Record<string, unknown>) {
  using folder = temporaryFolder();
  const record = { file: "a.json", when: "2026-01-01", ...refusal, issue_count: 1, ...fields };
  writeFileSync(join(folder.path, "a.json.error"), JSON.stringify(record));
  return readReason(folder.path, "a.json");
}

test("a reason is read as it was written", () => {
  using folder = temporaryFolder();
  using held = HeldFolder.open(folder.path);
  writeReason(held, "a.json", { ...refusal, origins: ["a"], issues: [...refusal.issues] });
  expect(readReason(folder.path, "a.json")).toMatchObject({ file: "a.json", ...refusal });
});

test("nothing that somebody else wrote into a reason file reaches a terminal raw", () => {
  const evil = "\u001b]0;pwn\u0007";
  const issue = { path: evil, expected: evil, got: evil, hint: evil };
  const found = read({
    reason: evil,
    stage: evil,
    version: evil,
    origins: [evil],
    issues: [issue],
  });
  expect(found?.origins).toEqual(["\\u001b]0;pwn\\u0007"]);
  expect(Bun.inspect(found)).not.toMatch(/[\u0007\u001b]/);
});

test.each([
  { issue_count: "\u001b[5m" },
  { origins: [1] },
  { origins: "a" },
  { issues: [null] },
  { issues: [{ path: 1 }] },
  { issues: [{ path: "$", line: "1" }] },
  { issues: [{ path: "$", times: "\u001b[5m" }] },
  { issues: [{ path: "$", times: 2, places: "here" }] },
  { issues: [{ path: "$", times: 2, places: [{ line: [] }] }] },
  { stage: 7 },
  { when: undefined },
])("a reason file that holds %j is none of ours", (fields) => {
  expect(read(fields)).toBeUndefined();
});
