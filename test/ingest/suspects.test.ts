import { expect, test } from "bun:test";
import { crashLoop, Suspects } from "../../src/ingest/suspects.ts";

const file = (name: string) => ({ name, bytes: 1, mtimeMs: 0, inode: 1 });

test("a file is guilty at the third death of a worker that had it in hand, if workers live without it", () => {
  const suspects = new Suspects();
  const first = suspects.accuse(file("a.json"), "x");
  suspects.noteWell();
  const rest = [2, 3].map(() => suspects.accuse(file("a.json"), "x"));
  expect([first, ...rest]).toEqual(["again", "again", "guilty"]);
});

test("where nothing has gone well since its first death, it waits for proof", () => {
  const suspects = new Suspects();
  suspects.noteWell();
  const verdicts = [1, 2, 3].map((death) => suspects.accuse(file("a.json"), `death ${death}`));
  expect(verdicts).toEqual(["again", "again", "accused"]);
  expect([suspects.accused, suspects.has("a.json"), suspects.has("b.json")]).toEqual([
    ...[1, true, false],
  ]);
  expect(suspects.noteWell()).toEqual([{ file: file("a.json"), reason: "death 3" }]);
  expect([suspects.accused, suspects.noteWell()]).toEqual([0, []]);
});

test("each file is counted by itself, and anew once it has had its fate", () => {
  const suspects = new Suspects();
  suspects.accuse(file("a.json"), "x");
  suspects.accuse(file("a.json"), "x");
  expect(suspects.accuse(file("b.json"), "x")).toBe("again");
  suspects.clear("a.json");
  expect(suspects.accuse(file("a.json"), "x")).toBe("again");
});

test("the refusal says how the last worker died, and what to do", () => {
  const refusal = crashLoop("out of memory");
  expect(refusal).toMatchObject({ reason: "crash-loop", origins: [], issueCount: 1 });
  expect(refusal.message).toContain("out of memory");
  expect(refusal.issues[0]?.hint).toContain("fewer objects");
});
