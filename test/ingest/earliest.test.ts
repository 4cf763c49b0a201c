import { expect, test } from "bun:test";
import { Aside } from "../../src/ingest/aside.ts";
import { earliest } from "../../src/ingest/earliest.ts";
import { Unripe } from "../../src/ingest/unripe.ts";

test("the earliest of no times is undefined", () => {
  expect([earliest([]), earliest([3, 1, 2])]).toEqual([undefined, 1]);
});

test("a million files that wait for something of their own have a first one that is due", () => {
  const [aside, unripe] = [new Aside(), new Unripe()];
  for (let inode = 0; inode < 1_000_000; inode++) {
    const file = { name: String(inode), bytes: 0, mtimeMs: 5_000, inode };
    aside.put(file, 1_000);
    unripe.isRipe(file, 1_000, 5_000);
  }
  expect(aside.nextDueMs()).toBeWithin(1_050, 1_051);
  expect(unripe.nextDueMs()).toBe(6_001);
});
