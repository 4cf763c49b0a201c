import { expect, test } from "bun:test";
import { RefusalJudge } from "../../src/outages/judge-refusals.ts";
import type { Blame } from "../../src/store/fault.ts";
import type { Evidence } from "../../src/worker/protocol.ts";

const none: Evidence = { accepted: [], proven: [] };
const intoTests: Evidence = { accepted: ["tests"], proven: [] };
const refused = (name: string, blame: Blame = "rule", key = "23514 tests c") => ({
  ...{ name, rows: { key, table: "tests", blame } },
});
const names = (count: number, from = 0) =>
  Array.from({ length: count }, (_, at) => `f${at + from}`);

/** Refuses the same file again and again; each time alone. */
function repeat(judge: RefusalJudge, name: string, times: number) {
  return Array.from({ length: times }, () => judge.judge([refused(name)], none)[0]);
}

test("one file among others that go into the table is at fault", () => {
  const judge = new RefusalJudge();
  expect(judge.judge([refused("a"), refused("b", "limits", "22001 tests")], intoTests)).toEqual([
    "file",
    "file",
  ]);
  expect(judge.isOutage).toBe(false);
});

test("others that go into other tables only say nothing of it", () => {
  const judge = new RefusalJudge();
  expect(judge.judge([refused("a")], { accepted: ["issues"], proven: [] })).toEqual(["unsure"]);
  expect(judge.isOutage).toBe(false);
});

test("what is never a file's matter is the server's, whatever else goes in", () => {
  const judge = new RefusalJudge();
  for (let at = 0; at < 20; at++) {
    expect(judge.judge([refused("a", "server", "2200H tests")], intoTests)).toEqual(["server"]);
  }
});

test("what trial rows meet as well is the server's; the next key is looked at by itself", () => {
  const judge = new RefusalJudge();
  const proven = { accepted: ["tests"], proven: ["23514 tests c"] };
  const both = [refused("a"), refused("b", "rule", "23514 tests d")];
  expect(judge.judge(both, proven)).toEqual(["server", "file"]);
});

test("a single file that alone is refused, several times, is at fault", () => {
  const judge = new RefusalJudge();
  expect(repeat(judge, "a", 4)).toEqual(["unsure", "unsure", "unsure", "file"]);
  expect(judge.isOutage).toBe(false);
});

test("the next single one is not, unless something has gone in since", () => {
  const judge = new RefusalJudge();
  repeat(judge, "a", 4);
  expect(new Set(repeat(judge, "b", 20))).toEqual(new Set(["unsure"]));
  judge.judge([], intoTests);
  expect(repeat(judge, "b", 1)).toEqual(["file"]);
  expect(repeat(judge, "c", 4).at(-1)).toBe("file");
});

test("several that are refused alike are no file's fault, however often, until others go in", () => {
  const judge = new RefusalJudge();
  const all = names(50).map((name) => refused(name));
  for (let at = 0; at < 10; at++) {
    expect(new Set(judge.judge(all, none))).toEqual(new Set(["unsure"]));
  }
  expect(judge.isOutage).toBe(true);
  // Asked for one by one they are still several.
  expect(new Set(repeat(judge, "f7", 10))).toEqual(new Set(["unsure"]));
  expect(judge.judge([], intoTests)).toEqual([]);
  expect(judge.isOutage).toBe(false);
  // Each has to be refused once more: it may have been mended.
  expect(new Set(judge.judge(all, none))).toEqual(new Set(["file"]));
});

test("two in a row with different reasons are both judged by themselves, and end the asking", () => {
  const judge = new RefusalJudge();
  const two = [refused("a"), refused("b", "limits", "22001 tests")];
  expect(judge.judge(two, none)).toEqual(["unsure", "unsure"]);
  expect(judge.isOutage).toBe(true);
  for (const _ of [1, 2]) judge.judge(two, none);
  expect(judge.judge(two, none)).toEqual(["file", "file"]);
  expect(judge.isOutage).toBe(false);
});

test("a file whose reason is another now begins anew", () => {
  const judge = new RefusalJudge();
  repeat(judge, "a", 3);
  expect(judge.judge([refused("a", "rule", "P0001 tests")], none)).toEqual(["unsure"]);
  expect(repeat(judge, "a", 4).at(-1)).toBe("file");
});

test("a file that has gone is forgotten, and leaves the other alone", () => {
  const judge = new RefusalJudge();
  judge.judge([refused("a"), refused("b")], none);
  judge.forget("b");
  expect(judge.isOutage).toBe(false);
  expect(repeat(judge, "a", 3).at(-1)).toBe("file");
});
