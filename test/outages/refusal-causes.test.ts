import { expect, test } from "bun:test";
import { RefusalCauses } from "../../src/outages/refusal-causes.ts";
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
function repeat(causes: RefusalCauses, name: string, times: number) {
  return Array.from({ length: times }, () => causes.findCauses([refused(name)], none)[0]);
}

test("one file among others that go into the table is at fault", () => {
  const causes = new RefusalCauses();
  expect(
    causes.findCauses([refused("a"), refused("b", "limits", "22001 tests")], intoTests),
  ).toEqual(["file", "file"]);
  expect(causes.isOutage).toBe(false);
});

test("others that go into other tables only say nothing of it", () => {
  const causes = new RefusalCauses();
  expect(causes.findCauses([refused("a")], { accepted: ["issues"], proven: [] })).toEqual([
    "unsure",
  ]);
  expect(causes.isOutage).toBe(false);
});

test("what is never a file's matter is the server's, whatever else goes in", () => {
  const causes = new RefusalCauses();
  for (let at = 0; at < 20; at++) {
    expect(causes.findCauses([refused("a", "server", "2200H tests")], intoTests)).toEqual([
      "server",
    ]);
  }
});

test("what trial rows meet as well is the server's; the next key is looked at by itself", () => {
  const causes = new RefusalCauses();
  const proven = { accepted: ["tests"], proven: ["23514 tests c"] };
  const both = [refused("a"), refused("b", "rule", "23514 tests d")];
  expect(causes.findCauses(both, proven)).toEqual(["server", "file"]);
});

test("a single file that alone is refused, several times, is at fault", () => {
  const causes = new RefusalCauses();
  expect(repeat(causes, "a", 4)).toEqual(["unsure", "unsure", "unsure", "file"]);
  expect(causes.isOutage).toBe(false);
});

test("the next single one is not, unless something has gone in since", () => {
  const causes = new RefusalCauses();
  repeat(causes, "a", 4);
  expect(new Set(repeat(causes, "b", 20))).toEqual(new Set(["unsure"]));
  causes.findCauses([], intoTests);
  expect(repeat(causes, "b", 1)).toEqual(["file"]);
  expect(repeat(causes, "c", 4).at(-1)).toBe("file");
});

test("several that are refused alike are no file's fault, however often, until others go in", () => {
  const causes = new RefusalCauses();
  const all = names(50).map((name) => refused(name));
  for (let at = 0; at < 10; at++) {
    expect(new Set(causes.findCauses(all, none))).toEqual(new Set(["unsure"]));
  }
  expect(causes.isOutage).toBe(true);
  // Asked for one by one they are still several.
  expect(new Set(repeat(causes, "f7", 10))).toEqual(new Set(["unsure"]));
  expect(causes.findCauses([], intoTests)).toEqual([]);
  expect(causes.isOutage).toBe(false);
  // Each has to be refused once more: it may have been mended.
  expect(new Set(causes.findCauses(all, none))).toEqual(new Set(["file"]));
});

test("two in a row with different reasons each have a cause of their own, and end the asking", () => {
  const causes = new RefusalCauses();
  const two = [refused("a"), refused("b", "limits", "22001 tests")];
  expect(causes.findCauses(two, none)).toEqual(["unsure", "unsure"]);
  expect(causes.isOutage).toBe(true);
  for (const _ of [1, 2]) causes.findCauses(two, none);
  expect(causes.findCauses(two, none)).toEqual(["file", "file"]);
  expect(causes.isOutage).toBe(false);
});

test("a file whose reason is another now begins anew", () => {
  const causes = new RefusalCauses();
  repeat(causes, "a", 3);
  expect(causes.findCauses([refused("a", "rule", "P0001 tests")], none)).toEqual(["unsure"]);
  expect(repeat(causes, "a", 4).at(-1)).toBe("file");
});

test("a file that has gone is forgotten, and leaves the other alone", () => {
  const causes = new RefusalCauses();
  causes.findCauses([refused("a"), refused("b")], none);
  causes.forget("b");
  expect(causes.isOutage).toBe(false);
  expect(repeat(causes, "a", 3).at(-1)).toBe("file");
});
