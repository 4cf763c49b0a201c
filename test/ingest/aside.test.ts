import { expect, test } from "bun:test";
import { Aside } from "../../src/ingest/aside.ts";

const file = (name: string) => ({ name, bytes: 1, mtimeMs: 0, inode: 1 });

test("each file waits a span of its own, longer each time", () => {
  const aside = new Aside();
  let nowMs = 1_000;
  for (const mostMs of [100, 200, 400]) {
    aside.put(file("a.json"), nowMs);
    expect([aside.size, aside.has("a.json"), aside.has("b.json")]).toEqual([1, true, false]);
    const dueMs = aside.nextDueMs() ?? 0;
    expect(dueMs - nowMs).toBeGreaterThanOrEqual(mostMs / 2);
    expect(dueMs - nowMs).toBeLessThanOrEqual(mostMs);
    expect(aside.takeDue(dueMs - 1)).toEqual([]);
    nowMs = dueMs;
    expect(aside.takeDue(nowMs)).toEqual([file("a.json")]);
    expect([aside.size, aside.has("a.json"), aside.nextDueMs()]).toEqual([0, false, undefined]);
  }
});

test("one that has had its fate is forgotten, whether it waits or is tried", () => {
  const aside = new Aside();
  aside.put(file("a.json"), 0);
  aside.put(file("b.json"), 0);
  aside.forget("a.json");
  expect([aside.size, aside.takeDue(1_000)]).toEqual([1, [file("b.json")]]);
  aside.forget("b.json");
  aside.put(file("b.json"), 5_000);
  expect(aside.nextDueMs()).toBeLessThanOrEqual(5_100);
});

test("a file that has changed meanwhile is taken as it is now", () => {
  const aside = new Aside();
  aside.put(file("a.json"), 0);
  const grown = { ...file("a.json"), bytes: 2 };
  aside.put(grown, 0);
  expect([aside.size, aside.takeDue(1_000)]).toEqual([1, [grown]]);
});
