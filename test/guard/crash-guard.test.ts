import { expect, test } from "bun:test";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CrashGuard } from "../../src/guard/crash-guard.ts";
import type { SpoolFile } from "../../src/spool/spool.ts";
import { temporaryFolder } from "../temporary.ts";

const file = (name: string, bytes = 1_000): SpoolFile => ({
  ...{ name, bytes, mtimeMs: 5, inode: name.charCodeAt(0) },
});
const [a, b, c] = [file("a"), file("b"), file("c", 8 << 20)];
const noteIn = (root: string) => join(root, ".kci-ingester.in-hand");

/** What the service begins with, and again after it was ended without a word. */
function begin(root: string, more: { oomKills?: number; residentBytes?: () => number } = {}) {
  return new CrashGuard({
    root,
    pauseMs: 10_000,
    isOurs: () => true,
    onFault: (cause) => {
      throw cause;
    },
    machine: () => ({ boot: "b", oomKills: more.oomKills ?? 0 }),
    residentBytes: more.residentBytes ?? (() => 0),
  });
}

/** Hands out all that waits, as the service does when nothing else does; answers the last group. */
function handOut(guard: CrashGuard, files: readonly SpoolFile[]): SpoolFile[] {
  const waiting = new Set(files.filter((one) => guard.deathsOf(one) > 0));
  let group: readonly SpoolFile[] = [];
  while (waiting.size > 0) {
    guard.release(group, group);
    group = guard.plan(waiting).files;
    for (const one of group) waiting.delete(one);
    guard.take(group, true, true);
  }
  return [...group];
}

test("every batch is noted while it is in hand", () => {
  using folder = temporaryFolder();
  using guard = begin(folder.path);
  guard.take([a], false, true);
  guard.release([a], [a]);
  guard.take([b], false, true);
  guard.take([c], false, true);
  using next = begin(folder.path);
  expect([a, b, c].map((one) => next.deathsOf(one))).toEqual([0, 1, 1]);
});

test("nothing is left behind once nothing is in hand, or the program ends of its own will", () => {
  using folder = temporaryFolder();
  using guard = begin(folder.path);
  guard.take([a], false, true);
  guard.release([a], [a]);
  guard.flush();
  expect(existsSync(noteIn(folder.path))).toBe(false);
  guard.take([b], false, true);
  guard.close();
  expect(existsSync(noteIn(folder.path))).toBe(false);
});

test("files of an end without a word go after each other, the largest last and alone", () => {
  using folder = temporaryFolder();
  using first = begin(folder.path);
  first.take([c, a, b], false, true);
  using guard = begin(folder.path);
  const waiting = new Set([a, b, c]);
  const groups = [1, 2, 3].map(() => {
    const { files } = guard.plan(waiting);
    for (const one of files) waiting.delete(one);
    return files;
  });
  expect(groups.flat()).toHaveLength(3);
  expect(groups.at(-1)).toEqual([c]);
  expect(guard.plan(waiting).files).toEqual([]);
});

test("one that takes all memory three times is found, and those that were with it are not blamed", () => {
  using folder = temporaryFolder();
  using first = begin(folder.path);
  first.take([a, b, c], false, true);
  for (const oomKills of [1, 2]) {
    let residentBytes = 0;
    using guard = begin(folder.path, { oomKills, residentBytes: () => residentBytes });
    expect(guard.causesCrashes(c)).toBe(false);
    expect(handOut(guard, [a, b, c])).toEqual([c]);
    residentBytes = 1 << 30;
    guard.onStep("prepare");
  }
  using last = begin(folder.path, { oomKills: 3 });
  expect([last.deathsOf(c), last.causesCrashes(c)]).toEqual([3, true]);
  expect([a, b].map((one) => last.deathsOf(one))).toEqual([0, 0]);
});

test("memory that a file takes while it is alone is noted", async () => {
  using folder = temporaryFolder();
  using first = begin(folder.path);
  first.take([c], false, true);
  for (const oomKills of [1, 2]) {
    let residentBytes = 0;
    using guard = begin(folder.path, { oomKills, residentBytes: () => residentBytes });
    handOut(guard, [c]);
    residentBytes = 1 << 30;
    const noted = () => Bun.file(noteIn(folder.path)).text();
    while (!(await noted()).includes(`"peakBytes":${1 << 30}`)) await Bun.sleep(5);
  }
  expect(begin(folder.path, { oomKills: 2 }).causesCrashes(c)).toBe(true);
});

test("what is known outlives an end that was asked for, and not the file", () => {
  using folder = temporaryFolder();
  using first = begin(folder.path);
  first.take([a, b], false, true);
  begin(folder.path).close();
  using guard = begin(folder.path);
  expect([a, b].map((one) => guard.deathsOf(one))).toEqual([1, 1]);
  guard.drop(a);
  guard.dropUnmet();
  guard.flush();
  using next = begin(folder.path);
  expect([a, b].map((one) => next.deathsOf(one))).toEqual([0, 1]);
  next.drop(b);
  next.flush();
  expect(existsSync(noteIn(folder.path))).toBe(false);
});

test("files that are gone are not remembered", () => {
  using folder = temporaryFolder();
  using first = begin(folder.path);
  first.take([a, b], false, true);
  using guard = begin(folder.path);
  guard.deathsOf(a);
  guard.dropUnmet();
  expect(guard.suspects).toBe(1);
});

test("an end in the midst of a note leaves the one before", () => {
  using folder = temporaryFolder();
  using guard = begin(folder.path);
  guard.take([a], false, true);
  writeFileSync(`${noteIn(folder.path)}.part`, '{"boot":"b","inH');
  expect(begin(folder.path).deathsOf(a)).toBe(1);
});

test("for a note that nobody can read no file is blamed", () => {
  using folder = temporaryFolder();
  const strange = ["", "[", "{}", "null", "[{}]", '{"boot":"b","inHand":5}'];
  const half = ['{"boot":"b","inHand":"x"}', '{"boot":"b","inHand":"x","records":[1,null]}'];
  for (const text of [...strange, ...half]) {
    writeFileSync(noteIn(folder.path), text);
    using guard = begin(folder.path);
    expect(guard.causesCrashes(a)).toBe(false);
  }
});
