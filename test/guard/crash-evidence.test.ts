import { describe, expect, test } from "bun:test";
import {
  type CrashNote,
  type CrashRecord,
  causesCrashes,
  compareSuspects,
  controlMs,
  identityOf,
  type Machine,
  recordsAfter,
  sizeOfGroup,
  type Trial,
} from "../../src/guard/crash-evidence.ts";

const megabyte = 1 << 20;
const nowMs = 1_790_000_000_000;
const before: Machine = { boot: "b", oomKills: 3 };
const afterOom: Machine = { boot: "b", oomKills: 4 };
const none: CrashRecord = { deaths: 0, alone: 0, proven: 0, lastMs: 0 };

/** A trial of a file of 8 MB that has just begun. */
const trial: Trial = {
  ...{ bytes: 8 * megabyte, startedMs: nowMs, seenMs: nowMs },
  ...{ baseBytes: 100 * megabyte, peakBytes: 100 * megabyte, step: "prepare", isStoreWell: true },
};

/** The record of a file that was alone in hand at some ends of the program, all of one kind. */
function after(deaths: number, what: Partial<Trial>, now = before, first = none): CrashRecord {
  let records: ReadonlyMap<string, CrashRecord> = new Map([["x", first]]);
  for (let death = 0; death < deaths; death++) {
    const note: CrashNote = { ...before, inHand: ["x"], trial: { ...trial, ...what }, records };
    records = recordsAfter(note, now, nowMs);
  }
  return records.get("x") ?? none;
}

const grown = (megabytes: number) => ({ peakBytes: (100 + megabytes) * megabyte });

describe("a file is refused", () => {
  test("after three ends of the program, at two of which it was alone and the kernel killed for want of memory", () => {
    const first = { ...none, deaths: 1, lastMs: nowMs };
    expect(causesCrashes(after(1, grown(200), afterOom, first))).toBe(false);
    expect(causesCrashes(after(2, grown(200), afterOom, first))).toBe(true);
  });

  test("also where the kernel was quicker than the notes, if it is large enough to have done that", () => {
    const first = { ...none, deaths: 1, lastMs: nowMs };
    expect(causesCrashes(after(2, {}, afterOom, first))).toBe(true);
    expect(causesCrashes(after(2, { bytes: 10_000 }, afterOom, first))).toBe(false);
  });

  test("whoever killed the program, when it took memory as no good file does", () => {
    expect(causesCrashes(after(3, grown(900)))).toBe(true);
    // A good one of 64 MB takes a gigabyte.
    expect(causesCrashes(after(3, { ...grown(1_100), bytes: 64 * megabyte }))).toBe(false);
  });

  test("after four ends with it alone in hand, of which nobody knows why they came", () => {
    expect([1, 2, 3, 4].map((deaths) => causesCrashes(after(deaths, {})))).toEqual([
      ...[false, false, false, true],
    ]);
  });
});

test.each<[string, Partial<Trial>, Machine]>([
  ["a kill while it waits for its turn to write", { step: "wait" }, before],
  ["a kill during an upload", { step: "upload" }, before],
  [
    "a kill while a database that is not well keeps it",
    { step: "write", isStoreWell: false },
    before,
  ],
  ["a kill of a file that is slow for its size", { seenMs: nowMs + 20_000 }, before],
  ["want of memory that others took", { ...grown(10), step: "wait" }, afterOom],
  ["a loss of power", grown(900), { boot: "another", oomKills: 0 }],
])("%s proves nothing, however often it comes", (_, what, now) => {
  expect(causesCrashes(after(100, what, now))).toBe(false);
});

test("a file that was alone at an end nobody can explain is tried again only after a while", () => {
  expect(controlMs({ alone: 0 }, 64 * megabyte, 10_000)).toBe(0);
  expect(controlMs({ alone: 1 }, 1_000, 10_000)).toBe(10_000);
  expect(controlMs({ alone: 1 }, 64 * megabyte, 10_000)).toBe(74_000);
});

test("an end with several files in hand is blamed on none, however often it comes", () => {
  let records: ReadonlyMap<string, CrashRecord> = new Map();
  for (let death = 0; death < 100; death++) {
    records = recordsAfter({ ...before, inHand: ["x", "y"], records }, afterOom, nowMs);
  }
  expect([...records.values()].some(causesCrashes)).toBe(false);
  expect(records.get("x")?.deaths).toBe(100);
});

test("what was known of files is kept, and forgotten when it is a week old", () => {
  const known = new Map([
    ["old", { ...none, deaths: 1, lastMs: nowMs - 8 * 24 * 3_600_000 }],
    ["new", { ...none, deaths: 1, lastMs: nowMs - 1_000 }],
  ]);
  const records = recordsAfter({ ...before, inHand: ["x"], records: known }, before, nowMs);
  expect([...records.keys()]).toEqual(["new", "x"]);
});

test("another file of the name, or in the place on the disk, is not the same", () => {
  const file = { name: "a.json", bytes: 5, mtimeMs: nowMs, inode: 7 };
  const others = [
    { ...file, bytes: 6 },
    { ...file, inode: 8 },
    { ...file, mtimeMs: nowMs + 1 },
  ];
  expect(new Set([file, ...others].map(identityOf)).size).toBe(4);
  expect(identityOf({ ...file, name: "b.json" })).toBe(identityOf(file));
});

describe("suspects go", () => {
  const suspect = (deaths: number, kilobytes: number, inode = 0) => ({
    ...{
      deaths,
      alone: 0,
      failures: 0,
      file: { name: `${inode}`, bytes: kilobytes << 10, mtimeMs: 0, inode },
    },
  });

  test("the least suspicious and smallest first, a large one alone", () => {
    const order = [suspect(1, 8_000), suspect(2, 1), suspect(1, 2)].sort(compareSuspects);
    expect(order.map(({ deaths, file }) => [deaths, file.bytes >> 10])).toEqual([
      ...[
        [2, 1],
        [1, 8_000],
        [1, 2],
      ],
    ]);
    expect(sizeOfGroup([suspect(1, 8_000), suspect(1, 1_000)])).toBe(1);
    expect(sizeOfGroup([])).toBe(0);
  });

  test("many small ones in groups, so that one among 8,000 is alone at the fifth end of the program", () => {
    let files = Array.from({ length: 8_000 }, (_, inode) => suspect(1, 4, inode));
    let ends = 1;
    for (; files.length > 1; ends++) files = files.slice(0, sizeOfGroup(files));
    expect(ends).toBe(5);
  });

  test("one that was handed out in vain alone, whatever else waits", () => {
    const files = Array.from({ length: 100 }, (_, inode) => suspect(1, 4, inode));
    const failed = { ...suspect(1, 4, 100), failures: 1 };
    expect([failed, ...files].sort(compareSuspects)[0]).toBe(failed);
    expect(sizeOfGroup([...files, failed])).toBe(1);
    expect(sizeOfGroup([...files.slice(0, 50), failed, ...files.slice(50)])).toBe(4);
  });

  test("thousands that do no harm in little more than a hundred groups", () => {
    const files = Array.from({ length: 8_000 }, (_, inode) => suspect(1, 4, inode));
    let groups = 0;
    for (; files.length > 0; groups++) files.splice(files.length - sizeOfGroup(files));
    expect(groups).toBeLessThan(130);
  });
});
