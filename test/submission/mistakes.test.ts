import { describe, expect, test } from "bun:test";
import { readSubmission } from "../../src/prepare/read-submission.ts";
import type { Refusal } from "../../src/submission/refusal.ts";
import { type Case, caseFiles } from "./cases.ts";
import { followHints, patch } from "./mistakes/apply.ts";
import { build } from "./mistakes/documents.ts";
import { mistakeTable } from "./mistakes/table.ts";

const all = Object.values(mistakeTable).flat();

test("the table has every mistake once, with a hint", () => {
  expect(all.length).toBeGreaterThan(300);
  expect(new Set(all.map(({ did }) => did)).size).toBe(all.length);
  expect(all.filter(({ hint }) => !hint)).toEqual([]);
});

describe.each(Object.entries(mistakeTable))("%s", (_, rows) => {
  test.each(rows.map((row) => [row.did, row] as const))("somebody %s", (_, row) => {
    const [first] = refusalOf(row.sent).issues;
    expect(`${first?.line}:${first?.column} ${first?.path}`).toBe(row.at);
    expect(`expected ${first?.expected}, got ${first?.got}`).toBe(row.says);
    expect(first?.hint ?? "").toBe(row.hint);
  });

  test("following the hints ends the mistakes", () => {
    for (const { did, sent, mended } of rows) {
      const end = followHints(sent);
      expect([did, end]).toEqual([did, mended === undefined ? "valid" : "by hand"]);
      if (mended !== undefined) expect([did, readSubmission(mended).accepted]).toEqual([did, true]);
    }
  });
});

test("each mistake of the conformance cases has a hint, and what a program can follow ends it", () => {
  const tally = { valid: 0, "by hand": 0 };
  for (const { read } of caseFiles) {
    for (const one of read()) {
      const sent =
        one.doc_base64 !== undefined ? Buffer.from(one.doc_base64, "base64") : textOf(one);
      const reading = readSubmission(sent);
      if (reading.accepted) continue;
      const bare = reading.refusal.issues.filter(({ hint }) => !hint);
      expect([one.name, bare]).toEqual([one.name, []]);
      tally[followHints(sent)] += 1;
    }
  }
  console.log("conformance cases after their hints:", tally);
  expect(tally.valid).toBeGreaterThan(12 * tally["by hand"]);
});

test("a hint is short and harmless, whatever it quotes", () => {
  const hostile = `\u001b[2J\u202e${"x".repeat(5000)}`;
  const names = ["status", "start_time", "log_url", "id", "origin", "architecture", hostile];
  for (const name of names) {
    const { issues } = refusalOf(build({ [name]: hostile }));
    for (const { hint = "" } of issues) {
      expect(hint).toMatch(/^[\x20-\x7e…]*$/);
      expect(hint.length).toBeLessThan(400);
    }
  }
});

test.each(["id", "origin", "start_time", "duration", "log_url", "log_excerpt", "status", "misc"])(
  "the hint for %s of ten million characters takes no time",
  (name) => {
    for (const part of [" ", "0", "_", "a.", "/", "\u00e4"]) {
      // Put in as it is: to escape it takes longer than to find the mistake.
      const text = part.repeat(10_000_000 / part.length);
      const sent = build({ [name]: "HERE\0" }).replace("HERE", () => text);
      const start = process.cpuUsage();
      refusalOf(sent);
      expect([part, process.cpuUsage(start).user < 2_000_000]).toEqual([part, true]);
    }
  },
);

test("a change that only a program wants is told only to one", () => {
  const { issues } = refusalOf(build({ status: "passed" }), false);
  expect(issues[0]).not.toHaveProperty("fix");
});

test("a change is a JSON Patch as RFC 6902 has it", () => {
  const document = { a: [1, 2, 3], "b/c": { d: 1 } };
  const changed = patch(document, [
    { op: "remove", path: "/a/0" },
    { op: "add", path: "/a/0", value: 9 },
    { op: "move", from: "/b~1c/d", path: "/e" },
    { op: "replace", path: "/a/1", value: [] },
  ]);
  expect(changed).toEqual({ a: [9, [], 3], "b/c": {}, e: 1 });
});

function textOf(one: Case): string {
  return one.doc ?? JSON.stringify(one.data);
}

function refusalOf(sent: string | Uint8Array, fixes = true): Refusal {
  const reading = readSubmission(sent, { fixes });
  if (reading.accepted) throw new Error("accepted");
  return reading.refusal;
}
