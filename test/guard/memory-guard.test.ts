import { expect, test } from "bun:test";
import { MemoryGuard } from "../../src/guard/memory-guard.ts";

const megabyte = 1 << 20;
const file = (name: string, megabytes: number) => ({
  ...{ name, bytes: megabytes * megabyte, mtimeMs: 0, inode: 1 },
});

test("only as many large files are in hand together as there is memory for, at least one", () => {
  const memory = new MemoryGuard(8 * megabyte, 1024 * megabyte);
  const [small, big, huge] = [file("small", 1), file("big", 20), file("huge", 500)];
  memory.take([big]);
  memory.take([small]);
  memory.take([file("other", 9)]);
  expect(memory.mustWait(huge)).toBe(false);
  memory.take([huge]);
  expect([memory.mustWait(file("more", 9)), memory.mustWait(small)]).toEqual([true, false]);
  memory.release([big]);
  expect(memory.mustWait(file("more", 9))).toBe(false);
  const narrow = new MemoryGuard(8 * megabyte, 128 * megabyte);
  expect(narrow.mustWait(huge)).toBe(false);
  narrow.take([huge]);
  expect(narrow.mustWait(big)).toBe(true);
});
