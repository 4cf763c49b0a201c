import { expect, test } from "bun:test";
import { crashLoop, Suspects } from "../../src/ingest/suspects.ts";

const file = (name: string) => ({ name, bytes: 1, mtimeMs: 0, inode: 1 });

test("a file is refused at the third death of a lane that had it in hand", () => {
  const suspects = new Suspects();
  const verdicts = [1, 2, 3].map(() => suspects.accuse(file("a.json")));
  expect(verdicts).toEqual([false, false, true]);
});

test("each file is counted by itself, and anew once it has had its fate", () => {
  const suspects = new Suspects();
  suspects.accuse(file("a.json"));
  suspects.accuse(file("a.json"));
  expect(suspects.accuse(file("b.json"))).toBe(false);
  suspects.clear("a.json");
  expect(suspects.accuse(file("a.json"))).toBe(false);
});

test("the refusal says how the last lane died, and what to do", () => {
  const refusal = crashLoop("out of memory");
  expect(refusal).toMatchObject({ reason: "crash-loop", origins: [], issueCount: 1 });
  expect(refusal.message).toContain("out of memory");
  expect(refusal.issues[0]?.hint).toContain("fewer objects");
});
