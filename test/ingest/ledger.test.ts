import { expect, test } from "bun:test";
import type { FileEvent } from "../../src/ingest/file-state.ts";
import { Ledger } from "../../src/ingest/ledger.ts";
import type { SpoolFile } from "../../src/spool/spool.ts";

const limits = { maxFiles: 10, maxBytes: 100 };
const file = (name: string, bytes = 1, mtimeMs = 500): SpoolFile => ({
  ...{ name, bytes, mtimeMs, inode: 1 },
});
const found = (name: string, bytes?: number): FileEvent => ({
  ...{ kind: "found", file: file(name, bytes), fresh: false, suspicion: "none" },
});

/** A ledger whose clocks stand until they are set. */
function newLedger() {
  const clock = { epochMs: 1_000, monotonicMs: 0 };
  const patience = { emptyMs: 60_000, unfinishedMs: 10_000, backoffMs: () => 100 };
  return { ledger: new Ledger(patience, clock), clock };
}

test("a file is counted in one state only, whatever happens to it", () => {
  const { ledger } = newLedger();
  for (const name of "abc") ledger.apply(name, found(name));
  expect([ledger.counts.queued, ledger.open, ledger.has("a")]).toEqual([3, 3, true]);
  expect(ledger.takeBatch(limits).map(({ name }) => name)).toEqual(["a", "b", "c"]);
  expect([ledger.counts.queued, ledger.inHand]).toEqual([0, 3]);
  ledger.apply("a", { kind: "ingested", file: file("a") });
  ledger.apply("b", { kind: "failed" });
  ledger.apply("c", { kind: "unreadable", name: "c" });
  expect(ledger.counts).toEqual({
    ...{ queued: 0, "in-hand": 0, growing: 0, retrying: 1, held: 0 },
    ...{ suspected: 0, quarantined: 0, "to-move": 1, unreadable: 1 },
  });
  expect([ledger.open, ledger.has("c")]).toEqual([1, false]);
  ledger.apply("a", { kind: "gone" });
  expect([ledger.get("a"), ledger.in("to-move").size]).toEqual([undefined, 0]);
});

test("what waits is told with its size and age, the queue or something of its own", () => {
  const { ledger } = newLedger();
  ledger.apply("a", found("a", 10));
  ledger.takeBatch(limits);
  ledger.apply("a", { kind: "failed" });
  ledger.apply("b", { ...found("b", 5), file: file("b", 5, 300) } as FileEvent);
  expect(ledger.backlog).toEqual({ files: 2, bytes: 15, oldestMtimeMs: 300 });
});

test("what is due is named when its time has come, and the next time is known", () => {
  const { ledger, clock } = newLedger();
  ledger.apply("empty", found("empty", 0));
  ledger.apply("a", found("a"));
  ledger.takeBatch(limits);
  ledger.apply("a", { kind: "failed" });
  expect([ledger.dueMs, ledger.due()]).toEqual([100, []]);
  clock.monotonicMs = 100;
  // What is not asked for stays due.
  expect([ledger.due(["growing"]), ledger.dueMs]).toEqual([[], 100]);
  expect(ledger.due()).toEqual(["a"]);
  ledger.apply("a", { kind: "due", alone: true, isSuspected: false });
  expect([ledger.counts.queued, ledger.dueMs]).toEqual([1, 59_501]);
});

test("what is postponed comes last", () => {
  const { ledger } = newLedger();
  for (const name of "abc") ledger.apply(name, found(name));
  for (const { name } of ledger.takeBatch(limits)) {
    ledger.apply(name, { kind: "ingested", file: file(name) });
  }
  ledger.postpone("a");
  ledger.postpone("absent");
  expect([...ledger.in("to-move").keys()]).toEqual(["b", "c", "a"]);
});

test("a million files that wait for something of their own have a first one that is due", () => {
  const { ledger, clock } = newLedger();
  for (let number = 0; number < 1_000_000; number++) {
    const name = String(number);
    ledger.apply(name, found(name, 0));
  }
  expect([ledger.counts.growing, ledger.dueMs]).toEqual([1_000_000, 59_501]);
  clock.monotonicMs = 59_501;
  expect(ledger.due()).toHaveLength(1_000_000);
});

test("files that a scan has found count as queued before the queue has them", () => {
  const { ledger } = newLedger();
  expect(ledger.backlog).toEqual({ files: 0, bytes: 0, oldestMtimeMs: undefined });
  ledger.apply("a", found("a", 3));
  ledger.found.add(file("b", 4, 100));
  expect([ledger.counts.queued, ledger.open, ledger.queued.bytes]).toEqual([2, 2, 7]);
  expect(ledger.backlog).toEqual({ files: 2, bytes: 7, oldestMtimeMs: 100 });
  expect([ledger.has("b"), ledger.next?.name]).toEqual([false, "a"]);
});
