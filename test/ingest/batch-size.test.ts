import { expect, test } from "bun:test";
import { BatchSize } from "../../src/ingest/batch-size.ts";

const always = () => true;
const most = { maxFiles: 4_000, maxBytes: 8_000 };

test("four failures lead from a full batch to a single file", () => {
  const size = new BatchSize(most, always);
  for (let batch = 0; batch < 20; batch++) size.grow();
  const sizes = [1, 2, 3, 4, 5, 6].map(() => {
    size.shrink(size.limits.maxFiles);
    return size.limits.maxFiles;
  });
  expect(sizes).toEqual([500, 62, 7, 1, 1, 1]);
});

test("each batch that goes in lets the next be larger, up to the limit", () => {
  const size = new BatchSize(most, always);
  size.shrink(8);
  const sizes = Array.from({ length: 18 }, () => {
    size.grow();
    return size.limits.maxFiles;
  });
  expect(sizes).toEqual([
    ...[2, 4, 8, 16, 32, 64, 128, 256, 512, 1012, 1512, 2012, 2512, 3012, 3512, 4000, 4000, 4000],
  ]);
});

test("beyond 3,500 files batches grow only while the process is small", () => {
  let isRoomy = false;
  const size = new BatchSize({ ...most, maxFiles: 8_000 }, () => isRoomy);
  const grow = (times: number) => {
    for (let batch = 0; batch < times; batch++) size.grow();
    return size.limits;
  };
  expect(grow(20)).toEqual({ maxFiles: 3_500, maxBytes: 8_000 });
  isRoomy = true;
  expect(grow(3).maxFiles).toBe(5_000);
  expect(grow(20).maxFiles).toBe(8_000);
});

test("a small batch that fails counts by its own size", () => {
  const size = new BatchSize(most, always);
  size.shrink(3);
  expect(size.limits.maxFiles).toBe(1);
});

test("the first batch is small, so that the database is soon at work", () => {
  const size = new BatchSize(most, always);
  const sizes = Array.from({ length: 5 }, () => {
    const { maxBytes } = size.limits;
    size.grow();
    return maxBytes;
  });
  expect(sizes).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
  expect(new BatchSize(most, always).limits.maxFiles).toBe(2_000);
  expect(new BatchSize({ ...most, maxFiles: 10 }, always).limits.maxFiles).toBe(10);
});

test("the last files are shared among the workers, so that all end at the same time", () => {
  const size = new BatchSize({ maxFiles: 4_000, maxBytes: 64 << 20 }, always, 2);
  const sizes: number[] = [];
  for (let files = 5_000; files > 0; files -= sizes.at(-1) ?? 0) {
    const { maxFiles } = size.limitsOf({ files, bytes: files * 1_000 });
    sizes.push(Math.min(files, maxFiles));
  }
  expect(sizes).toEqual([2_000, 1_500, 750, 750]);
});

test("few large files are shared by their bytes", () => {
  const size = new BatchSize({ maxFiles: 4_000, maxBytes: 64 << 20 }, always, 4);
  expect(size.limitsOf({ files: 10, bytes: 100 << 20 }).maxBytes).toBe(8 << 20);
  expect(size.limitsOf({ files: 10, bytes: 8 << 20 }).maxBytes).toBe(2 << 20);
  expect(size.limitsOf({ files: 10, bytes: 3 << 20 }).maxBytes).toBe(3 << 20);
});

test("few small files are one batch, however many workers there are", () => {
  const size = new BatchSize(most, always, 16);
  expect(size.limitsOf({ files: 600, bytes: 900 })).toEqual({ maxFiles: 600, maxBytes: 900 });
});
