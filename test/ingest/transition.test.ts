import { describe, expect, test } from "bun:test";
import { crashLoop, maxCrashes } from "../../src/guard/crash-loop.ts";
import type { FileEvent, FileRecord, FileState, PlannedMove } from "../../src/ingest/file-state.ts";
import { type Now, transition } from "../../src/ingest/transition.ts";
import type { SpoolFile } from "../../src/spool/spool.ts";
import type { Refusal } from "../../src/submission/refusal.ts";

const file = { name: "a.json", bytes: 5, mtimeMs: 1_000, inode: 1 };
const history = { failures: 0, crashes: 0, wellAtFirstCrash: 0 };
const refusal: Refusal = {
  ...{ stage: "parse", reason: "not-json", message: "m", origins: [], issues: [], issueCount: 1 },
};
const patience = { emptyMs: 60_000, unfinishedMs: 10_000, backoffMs: (n: number) => 100 * 2 ** n };
const now: Now = { epochMs: 5_000, monotonicMs: 50 };

const queued: FileState = { kind: "queued", fresh: false, alone: false };
const queuedAlone: FileState = { kind: "queued", fresh: false, alone: true };
const arrived: FileState = { kind: "queued", fresh: true, alone: false };
const inHand: FileState = { kind: "in-hand" };
const suspected: FileState = { kind: "suspected" };
const unreadable: FileState = { kind: "unreadable" };
const growing: FileState = { kind: "growing", dueMs: 9_000 };
const retrying: FileState = { kind: "retrying", dueMs: 80 };
const held: FileState = { kind: "held", key: "k" };
const quarantined: FileState = { kind: "quarantined", reason: "x" };
const archive: FileState = { kind: "to-move", move: { to: "archive" } };
const failed: FileState = { kind: "to-move", move: { to: "failed", refusal } };

const states: Record<string, FileState | undefined> = {
  ...{ unknown: undefined, queued, "in hand": inHand, growing, retrying, held },
  ...{ suspected, quarantined, archive, unreadable },
};

const found = (more: Partial<Extract<FileEvent, { kind: "found" }>> = {}): FileEvent => ({
  ...{ kind: "found", file, fresh: false, suspicion: "none", ...more },
});
const crashed: FileEvent = { kind: "crashed", reason: "x", well: 0, isSuspected: false };

function recordIn(state: FileState | undefined, more: Partial<FileRecord> = {}) {
  return state && { file, history, state, ...more };
}

/** What a file in a state becomes by an event; "same" where nothing changes. */
function after(state: FileState | undefined, event: FileEvent, more: Partial<FileRecord> = {}) {
  const before = recordIn(state, more);
  const next = transition(before, event, now, patience);
  return next === before && before ? "same" : next?.state;
}

/** Each event, and what it makes of a file in each state; absent states stay the same. */
const table: [title: string, event: FileEvent, becomes: Record<string, FileState | undefined>][] = [
  ["found", found(), { unknown: queued, growing: queued, unreadable: queued }],
  ["arrived", found({ fresh: true }), { unknown: arrived, growing: arrived, unreadable: arrived }],
  [
    "found under suspicion",
    found({ suspicion: "suspected" }),
    { unknown: suspected, growing: suspected, unreadable: suspected },
  ],
  [
    "proven to crash the program",
    found({ suspicion: refusal }),
    { unknown: failed, growing: failed, unreadable: failed },
  ],
  ["taken", { kind: "taken" }, { queued: inHand, suspected: inHand }],
  ["ingested", { kind: "ingested", file }, { "in hand": archive, quarantined: archive }],
  [
    "refused",
    { kind: "refused", file, refusal, mayGrow: false },
    { "in hand": failed, quarantined: failed },
  ],
  [
    "being written",
    { kind: "being-written" },
    { archive: { kind: "growing", dueMs: 50 + 10_000 - 4_000 + 1 } },
  ],
  ["vanished", { kind: "vanished" }, { "in hand": undefined, quarantined: undefined }],
  [
    "given back",
    { kind: "given-back", isSuspected: false },
    { "in hand": queued, quarantined: queued },
  ],
  [
    "given back under suspicion",
    { kind: "given-back", isSuspected: true },
    { "in hand": suspected, quarantined: suspected },
  ],
  [
    "failed by itself",
    { kind: "failed" },
    {
      "in hand": { kind: "retrying", dueMs: 150 },
      quarantined: { kind: "retrying", dueMs: 150 },
    },
  ],
  ["held", { kind: "held", key: "k" }, { "in hand": held, quarantined: held }],
  ["crashed", crashed, { "in hand": queuedAlone, quarantined: queuedAlone }],
  [
    "crashed under suspicion",
    { ...crashed, isSuspected: true },
    { "in hand": suspected, quarantined: suspected },
  ],
  [
    "due",
    { kind: "due", alone: true, isSuspected: false },
    { retrying: queuedAlone, held: queuedAlone },
  ],
  [
    "due with others",
    { kind: "due", alone: false, isSuspected: false },
    { retrying: queued, held: queued },
  ],
  [
    "due under suspicion",
    { kind: "due", alone: true, isSuspected: true },
    { retrying: suspected, held: suspected },
  ],
  ["touched", { kind: "touched" }, { growing: { kind: "growing", dueMs: 550 } }],
  [
    "unreadable",
    { kind: "unreadable", name: "a.json" },
    Object.fromEntries(Object.keys(states).map((name) => [name, unreadable])),
  ],
  ["unverified", { kind: "unverified" }, { archive: { kind: "to-move", move: { to: "verify" } } }],
  [
    "gone",
    { kind: "gone" },
    Object.fromEntries(
      ["growing", "retrying", "held", "suspected", "quarantined", "archive", "unreadable"].map(
        (name) => [name, undefined],
      ),
    ),
  ],
];

describe.each(table)("a file that is %s", (_title, event, becomes) => {
  test.each(Object.keys(states))("and was %s", (name) => {
    const state = states[name];
    const expected = name in becomes ? becomes[name] : state && ("same" as const);
    expect(after(state, event)).toEqual(expected as FileState);
  });
});

test("an empty file waits until it has been empty for its time, then it is set aside", () => {
  const empty = { ...file, bytes: 0 };
  const setAside: FileState = { kind: "to-move", move: { to: "set-aside" } };
  // It is 4 s old.
  const young: FileState = { kind: "growing", dueMs: 50 + 56_001 };
  expect(after(undefined, found({ file: empty }))).toEqual(young);
  expect(after(inHand, { kind: "empty", file: empty })).toEqual(young);
  const old = { ...empty, mtimeMs: -60_000 };
  expect(after(undefined, found({ file: old }))).toEqual(setAside);
  expect(after(inHand, { kind: "empty", file: old })).toEqual(setAside);
});

describe("a file whose JSON ends early", () => {
  const early = (one = file): FileEvent => ({ kind: "refused", file: one, refusal, mayGrow: true });

  test("waits for its span, by its own time", () => {
    expect(after(inHand, early())).toEqual({ kind: "growing", dueMs: 50 + 6_001 });
    expect(after(inHand, early({ ...file, mtimeMs: -5_000 }))).toEqual(failed);
  });

  test("is given the span anew when it grows", () => {
    const seen = { bytes: 1, mtimeMs: -9_000, sinceMs: -9_000 };
    expect(after(inHand, early(), { history: { ...history, seen } })).toEqual({
      ...{ kind: "growing", dueMs: 50 + 6_001 },
    });
  });

  test("goes by when it was first seen so where its time lies in the future", () => {
    const future = { ...file, mtimeMs: 99_999 };
    const first = transition(recordIn(inHand), early(future), now, patience);
    expect(first?.state).toEqual({ kind: "growing", dueMs: 50 + 10_001 });
    expect(kindAfter(first, future, { monotonicMs: 10_049 })).toBe("growing");
    expect(kindAfter(first, future, { monotonicMs: 10_050 })).toBe("to-move");
  });

  test("waits for no longer than its span where the clock is set back meanwhile", () => {
    const first = transition(recordIn(inHand), early(), now, patience);
    const epochMs = now.epochMs - 3_600_000;
    expect(kindAfter(first, file, { epochMs })).toBe("growing");
    expect(kindAfter(first, file, { epochMs, monotonicMs: 10_050 })).toBe("to-move");
  });

  function kindAfter(first: FileRecord | undefined, of: SpoolFile, at: Partial<Now>) {
    const before = recordIn(inHand, { history: first?.history ?? history });
    return transition(before, early(of), { ...now, ...at }, patience)?.state.kind;
  }
});

test("a file that another program has open and leaves alone is moved all the same", () => {
  const old = { ...file, mtimeMs: -5_000 };
  const after = (move: PlannedMove) => {
    const before = recordIn({ kind: "to-move", move }, { file: old });
    return transition(before, { kind: "being-written" }, now, patience)?.state;
  };
  const moved = { kind: "to-move", move: { to: "archive", evenIfOpen: true } } as const;
  expect(after({ to: "archive" })).toEqual(moved);
  // It is back in the spool.
  expect(after({ to: "verify" })).toEqual(moved);
  expect(after({ to: "failed", refusal })).toEqual({
    ...{ kind: "to-move", move: { to: "failed", refusal, evenIfOpen: true } },
  });
});

test("a hint brings the next look forward, never back", () => {
  const soon: FileState = { kind: "growing", dueMs: 60 };
  expect(after(soon, { kind: "touched" })).toEqual(soon);
});

test("each failure of its own makes a file wait for longer", () => {
  let record = recordIn(inHand) as FileRecord;
  const spans = [1, 2, 3].map(() => {
    record = transition(record, { kind: "failed" }, now, patience) as FileRecord;
    const { dueMs } = record.state as Extract<FileState, { kind: "retrying" }>;
    record = { ...record, state: inHand };
    return dueMs - now.monotonicMs;
  });
  expect(spans).toEqual([100, 200, 400]);
});

describe(`at the death of the ${maxCrashes}rd worker that had it in hand a file`, () => {
  const die = (well: readonly number[]) => {
    let record = recordIn(inHand) as FileRecord;
    const kinds = well.map((one) => {
      record = transition(record, { ...crashed, well: one }, now, patience) as FileRecord;
      const { state } = record;
      record = { ...record, state: inHand };
      return state;
    });
    return kinds.at(-1);
  };

  test("is refused where batches have gone well meanwhile", () => {
    const told = crashLoop("3 workers died while processing this file, the last one because of: x");
    expect(die([7, 8, 8])).toEqual({ kind: "to-move", move: { to: "failed", refusal: told } });
  });

  test("waits in quarantine where none has: no file is to blame when all workers die", () => {
    expect(die([7, 7, 7])).toEqual({ kind: "quarantined", reason: "x" });
  });
});

test("the refusal says how the last worker died, and what to do", () => {
  const told = crashLoop("out of memory");
  expect(told).toMatchObject({ reason: "crash-loop", origins: [], issueCount: 1 });
  expect(told.message).toContain("out of memory");
  expect(told.issues[0]?.hint).toContain("fewer objects");
});
