import { expect, test } from "bun:test";
import { Held } from "../../src/ingest/held.ts";
import type { SpoolFile } from "../../src/spool/spool.ts";
import type { Blame } from "../../src/store/fault.ts";
import type { Refusal } from "../../src/submission/refusal.ts";
import type { FaultReport, Outcome } from "../../src/worker/protocol.ts";

const later = () => performance.now() + 120_000;
const file = (name: string) => ({ name, bytes: 1, mtimeMs: 0 }) as SpoolFile;
const refusal: Refusal = {
  ...{ stage: "store", reason: "database", message: "m", origins: [], issues: [], issueCount: 1 },
};
const outcome = (name: string, message: string, blame: Blame): Outcome => {
  const rows = { key: `${message} tests`, table: "tests", blame };
  const operators = { boundary: "StoreFault", class: "operator", operation: "write" } as const;
  const fault: FaultReport = { ...operators, message };
  return { kind: "rows-refused", file: file(name), refusal, rows, fault };
};

/** Holds `count` files for one reason, and says what is told. */
function heldFiles(count: number, blame: Blame = "server") {
  const told: string[] = [];
  const held = new Held({
    onFault: ({ message, isPartial }) => told.push(`${message}${isPartial ? " of some" : ""}`),
    onRecovered: () => told.push("recovered"),
  });
  const judge = (outcomes: Outcome[], ...accepted: string[]) =>
    held
      .judge({ outcomes, tally: [], timesMs: {}, evidence: { accepted, proven: [] } })
      .map((one) => one.file.name);
  const refused = Array.from({ length: count }, (_, at) => outcome(`${at}.json`, "refused", blame));
  judge(refused);
  const namesDue = (nowMs = later()) => held.takeDue(nowMs).map(({ name }) => name);
  return { held, told, judge, refused, namesDue };
}

test("what waits for one reason is told once, and tried a few at a time, others each time", () => {
  const { held, told, judge, refused, namesDue } = heldFiles(10);
  expect([held.size, told]).toEqual([10, ["refused of some"]]);
  expect(namesDue(performance.now())).toEqual([]);
  expect(namesDue()).toEqual(["0.json"]);
  expect([held.size, held.has("0.json"), held.has("1.json")]).toEqual([9, false, true]);
  judge(refused.slice(0, 1));
  expect(namesDue()).toEqual(["1.json", "2.json"]);
});

test("when one goes in all the others are tried at once, and the end is told with the last of them", () => {
  const { held, told, namesDue } = heldFiles(1_000);
  expect(namesDue()).toEqual(["0.json"]);
  held.onIngested("0.json");
  const rest = namesDue(performance.now());
  expect(rest).toHaveLength(999);
  for (const name of rest.slice(1)) held.onIngested(name);
  expect(told).toEqual(["refused of some"]);
  held.onIngested("1.json");
  expect(told).toEqual(["refused of some", "recovered"]);
  expect([held.size, held.nextDueMs()]).toEqual([0, undefined]);
});

test("others that go into the table make those due of which nobody is sure, and no others", () => {
  const unsure = heldFiles(3, "rule");
  unsure.judge([], "issues");
  expect(unsure.namesDue(performance.now())).toEqual([]);
  unsure.judge([], "issues", "tests");
  expect(unsure.namesDue(performance.now())).toHaveLength(3);
  // They are refused once more: then they are at fault.
  expect(unsure.judge(unsure.refused)).toEqual(["0.json", "1.json", "2.json"]);
  const sure = heldFiles(3);
  sure.judge([], "tests");
  expect(sure.namesDue(performance.now())).toEqual([]);
});

test("files that are gone wait no longer, and one whose reason is another waits for that", () => {
  const { held, told, judge } = heldFiles(2);
  expect(held.isOutage).toBe(true);
  held.forget("0.json");
  held.forget("absent.json");
  judge([outcome("1.json", "raised", "rule")]);
  expect([held.size, held.isOutage]).toEqual([1, false]);
  expect(told).toEqual(["refused of some", "recovered", "raised of some"]);
  expect(held.trouble?.fault?.message).toBe("raised");
});
