import { expect, test } from "bun:test";
import { renderRefused } from "../../../src/observe/page/refused.ts";
import { readSubmission } from "../../../src/prepare/read-submission.ts";
import { bare, whole } from "../../submission/mistakes/documents.ts";

test("a mistake that is made in many objects is told once, with its count and first places", () => {
  const tests = Array.from({ length: 500 }, () => ({ ...bare.tests[0], status: "passed" }));
  const reading = readSubmission(whole({ ...bare, tests }));
  if (reading.accepted) throw new Error("accepted");
  const shown = { ...reading.refusal, file: "a.json", whenMs: 0 };
  const page = String(renderRefused(shown));
  expect(page).toContain("$.tests[*].status (500 times, first 1:100, 1:167, 1:234)");
  expect(page.match(/<li class="card">/g)).toHaveLength(1);
  expect(page).not.toContain("not kept in memory");
});
