import { expect, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CrashGuard } from "../../src/guard/crash-guard.ts";
import { FileMover } from "../../src/ingest/file-mover.ts";
import { Ledger } from "../../src/ingest/ledger.ts";
import { OutcomeHandler } from "../../src/ingest/outcome-handler.ts";
import { HeldRefusals } from "../../src/outages/held-refusals.ts";
import { Outage } from "../../src/outages/outage.ts";
import { lookAt } from "../../src/spool/look-at.ts";
import { openSpool, type SpoolFile } from "../../src/spool/spool.ts";
import type { Refusal } from "../../src/submission/refusal.ts";
import type { FaultReport, Outcome } from "../../src/worker/protocol.ts";
import { temporaryFolder } from "../temporary.ts";

const fault = (klass: FaultReport["class"], boundary: FaultReport["boundary"]): FaultReport => ({
  ...{ boundary, class: klass, message: "m", operation: "o" },
});
const refusal = (reason: Refusal["reason"]): Refusal => ({
  ...{ stage: "parse", reason, message: "m", origins: [], issues: [], issueCount: 1 },
});
const limits = { maxFiles: 10, maxBytes: 1_000 };

/** A handler on a spool with a file for each name, all of them in hand. */
function handlerOn(root: string, ...names: string[]) {
  const spool = openSpool(root);
  const told: string[] = [];
  const events = {
    onIngested: ({ name }: SpoolFile) => told.push(`ingested ${name}`),
    onRefused: ({ name }: SpoolFile, { reason }: Refusal) =>
      told.push(`refused ${name}: ${reason}`),
    onGrowing: ({ name }: SpoolFile) => told.push(`growing ${name}`),
    onFault: ({ message }: FaultReport) => told.push(message),
  };
  const ledger = new Ledger({ emptyMs: 1_000, unfinishedMs: 60_000, backoffMs: () => 1 });
  const crashes = new CrashGuard({ root, pauseMs: 0, isOurs: () => true, onFault: () => {} });
  const held = new HeldRefusals(ledger, events);
  const mover = new FileMover({
    ...{ spool, ledger, events, outage: new Outage({}) },
    ...{ lock: { isHeld: true }, onHint: () => {} },
  });
  const outcomes = new OutcomeHandler({ ledger, mover, held, crashes, events });
  for (const name of names) {
    writeFileSync(join(root, name), "1");
    outcomes.onFile(lookAt(root, name) as SpoolFile, false);
  }
  const take = () => ledger.takeBatch(limits);
  const files = take();
  const done = (list: Outcome[], storeFault?: FaultReport) =>
    outcomes.onDone(
      list.map(({ file }) => file),
      { outcomes: list, tally: [], timesMs: {}, ...(storeFault ? { fault: storeFault } : {}) },
    );
  const kindOf = (name: string) => ledger.get(name)?.state.kind;
  return { spool, ledger, outcomes, files, told, take, done, kindOf };
}

test("what is in goes to archive/, what is refused to failed/, what has gone is forgotten", () => {
  using folder = temporaryFolder();
  const { spool, ledger, files, told, done } = handlerOn(folder.path, "a.json", "b.json", "c.json");
  const [a, b, c] = files as [SpoolFile, SpoolFile, SpoolFile];
  done([
    { kind: "ingested", file: a, rows: 1, version: "5.3" },
    { kind: "refused", file: b, refusal: refusal("not-json") },
    { kind: "vanished", file: c },
  ]);
  expect([ledger.open, ledger.in("to-move").size]).toEqual([0, 0]);
  expect(told).toEqual(["ingested a.json", "refused b.json: not-json"]);
  expect([readdirSync(spool.archive), readdirSync(spool.failed).sort()]).toEqual([
    ["a.json"],
    ["b.json", "b.json.error"],
  ]);
});

test("a file that ends early may still grow: it waits", () => {
  using folder = temporaryFolder();
  const { files, told, done, kindOf } = handlerOn(folder.path, "a.json");
  done([{ kind: "refused", file: files[0] as SpoolFile, refusal: refusal("cut-off") }]);
  expect([told, kindOf("a.json")]).toEqual([["growing a.json"], "growing"]);
});

test("a batch that the database did not take is tried again together, a single file by itself", () => {
  using folder = temporaryFolder();
  const { files, take, done, kindOf } = handlerOn(folder.path, "a.json", "b.json");
  const kept = files.map((file): Outcome => ({ kind: "kept", file }));
  done(kept, fault("transient", "StoreFault"));
  expect(take().map(({ name }) => name)).toEqual(["a.json", "b.json"]);
  done(kept.slice(0, 1), fault("transient", "StoreFault"));
  expect(kindOf("a.json")).toBe("retrying");
  // Where an operator must act, no file is to blame.
  done(kept.slice(1), fault("operator", "StoreFault"));
  expect(kindOf("b.json")).toBe("queued");
});

test("a file that cannot be read waits by itself, unless none can be read", () => {
  using folder = temporaryFolder();
  const { files, told, take, done, kindOf } = handlerOn(folder.path, "a.json", "b.json", "c.json");
  const [a, b, c] = files as [SpoolFile, SpoolFile, SpoolFile];
  const unread = (file: SpoolFile): Outcome => ({
    ...{ kind: "kept", file, fault: fault("transient", "SpoolFault") },
  });
  done([unread(a), unread(b)]);
  expect(take()).toHaveLength(2);
  done([unread(a), { kind: "vanished", file: b }]);
  expect([kindOf("a.json"), kindOf("b.json")]).toEqual(["retrying", undefined]);
  done([{ kind: "kept", file: c, fault: fault("operator", "SpoolFault") }]);
  expect([kindOf("c.json"), told]).toEqual(["unreadable", ["m"]]);
});

test("a file that may not be read is told of once, however often it is tried", () => {
  using folder = temporaryFolder();
  const { files, told, outcomes, take, done, kindOf } = handlerOn(folder.path, "a.json");
  for (let scan = 0; scan < 3; scan++) {
    done(files.map((file) => ({ kind: "kept", file, fault: fault("operator", "SpoolFault") })));
    expect([kindOf("a.json"), told]).toEqual(["unreadable", ["m"]]);
    outcomes.onFile(files[0] as SpoolFile, false);
    expect(take()).toHaveLength(1);
  }
});

test("a file that may kill workers is refused when a batch goes well, not when one fails", () => {
  using folder = temporaryFolder();
  const { files, told, outcomes, take, done, kindOf } = handlerOn(folder.path, "a.json");
  const deaths = [1, 2, 3].map(() => {
    const isKnown = outcomes.onDeath(files, "gone");
    const kind = kindOf("a.json");
    take();
    return [isKnown, kind];
  });
  expect(deaths).toEqual([
    [false, "queued"],
    [false, "queued"],
    [false, "quarantined"],
  ]);
  done([], fault("transient", "StoreFault"));
  expect([kindOf("a.json"), told]).toEqual(["quarantined", []]);
  done([]);
  expect([kindOf("a.json"), told]).toEqual([undefined, ["refused a.json: crash-loop"]]);
});

test("a file whose death others have outlived is known to be to blame", () => {
  using folder = temporaryFolder();
  const { files, told, outcomes, take, done } = handlerOn(folder.path, "a.json");
  outcomes.onDeath(files, "gone");
  done([]);
  take();
  outcomes.onDeath(files, "gone");
  take();
  expect(outcomes.onDeath(files, "gone")).toBe(true);
  expect(told).toEqual(["refused a.json: crash-loop"]);
});
