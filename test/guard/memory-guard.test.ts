import { expect, test } from "bun:test";
import { MemoryGuard } from "../../src/guard/memory-guard.ts";

const megabyte = 1 << 20;
const file = (name: string, megabytes: number) => ({
  ...{ name, bytes: megabytes * megabyte, mtimeMs: 0, inode: 1 },
});

test("only so much of large files is in hand together", () => {
  const memory = new MemoryGuard(8 * megabyte);
  const [small, big, huge] = [file("small", 1), file("big", 20), file("huge", 60)];
  expect(memory.mustWait(huge)).toBe(false);
  memory.take([big]);
  memory.take([small]);
  expect([small, file("other", 20), huge].map((one) => memory.mustWait(one))).toEqual([
    ...[false, false, true],
  ]);
  memory.release([big]);
  expect(memory.mustWait(huge)).toBe(false);
});
