import { expect, test } from "bun:test";
import { Ledger } from "../../src/ingest/ledger.ts";
import { HeldRefusals } from "../../src/outages/held-refusals.ts";
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
  const ledger = new Ledger({ emptyMs: 0, unfinishedMs: 0, backoffMs: () => 0 });
  const held = new HeldRefusals(ledger, {
    onFault: ({ message, isPartial }) => told.push(`${message}${isPartial ? " of some" : ""}`),
    onRecovered: () => told.push("recovered"),
  });
  /** Hands files out, and back with what the database says of them. */
  const separate = (outcomes: Outcome[], ...accepted: string[]) => {
    for (const one of outcomes) {
      const { name } = one.file;
      ledger.apply(name, { kind: "due", alone: false, isSuspected: false });
      ledger.apply(name, { kind: "found", file: one.file, fresh: false, suspicion: "none" });
    }
    ledger.takeBatch({ maxFiles: 10_000, maxBytes: 1e9 });
    return held
      .separate({ outcomes, tally: [], timesMs: {}, evidence: { accepted, proven: [] } })
      .map((one) => one.file.name);
  };
  const refused = Array.from({ length: count }, (_, at) => outcome(`${at}.json`, "refused", blame));
  separate(refused);
  /** Takes the names that are due; they are tried again. */
  const namesDue = (nowMs = later()) => {
    const names = held.takeDue(nowMs);
    for (const name of names) {
      ledger.apply(name, { kind: "due", alone: false, isSuspected: false });
    }
    return names;
  };
  const waiting = () => ledger.in("held").size;
  return { held, told, separate, refused, namesDue, waiting };
}

test("what waits for one reason is told once, and tried a few at a time, others each time", () => {
  const { told, separate, refused, namesDue, waiting } = heldFiles(10);
  expect([waiting(), told]).toEqual([10, ["refused of some"]]);
  expect(namesDue(performance.now())).toEqual([]);
  expect(namesDue()).toEqual(["0.json"]);
  expect(waiting()).toBe(9);
  separate(refused.slice(0, 1));
  expect(namesDue()).toEqual(["1.json", "2.json"]);
});

test("when one goes in all the others are tried at once, and the end is told with the last of them", () => {
  const { held, told, namesDue, waiting } = heldFiles(1_000);
  expect(namesDue()).toEqual(["0.json"]);
  held.onIngested("0.json");
  const rest = namesDue(performance.now());
  expect(rest).toHaveLength(999);
  for (const name of rest.slice(1)) held.onIngested(name);
  expect(told).toEqual(["refused of some"]);
  held.onIngested("1.json");
  expect(told).toEqual(["refused of some", "recovered"]);
  expect([waiting(), held.nextDueMs()]).toEqual([0, undefined]);
});

test("others that go into the table make those due of which nobody is sure, and no others", () => {
  const unsure = heldFiles(3, "rule");
  unsure.separate([], "issues");
  expect(unsure.namesDue(performance.now())).toEqual([]);
  unsure.separate([], "issues", "tests");
  expect(unsure.namesDue(performance.now())).toHaveLength(3);
  // They are refused once more: then they are at fault.
  expect(unsure.separate(unsure.refused)).toEqual(["0.json", "1.json", "2.json"]);
  const sure = heldFiles(3);
  sure.separate([], "tests");
  expect(sure.namesDue(performance.now())).toEqual([]);
});

test("files that are gone wait no longer, and one whose reason is another waits for that", () => {
  const { held, told, separate } = heldFiles(2);
  expect(held.isAllRefused).toBe(true);
  held.forget("0.json");
  held.forget("absent.json");
  separate([outcome("1.json", "raised", "rule")]);
  expect(held.isAllRefused).toBe(false);
  expect(told).toEqual(["refused of some", "recovered", "raised of some"]);
  expect(held.outage?.fault?.message).toBe("raised");
});
