import { expect, test } from "bun:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { gzipText, unzipsTo } from "../../src/storage/gzip.ts";

test("equal texts give equal bytes, with no time, no name and no system in the header", () => {
  const packed = gzipText("BUG: ünable to handle\n");
  expect([...packed.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  expect(gzipText("BUG: ünable to handle\n")).toEqual(packed);
  expect(gunzipSync(packed).toString()).toBe("BUG: ünable to handle\n");
});

test("a text is known again whoever packed it", () => {
  expect(unzipsTo(gzipSync("text", { level: 9 }), "text")).toBe(true);
  expect(unzipsTo(gzipSync("text", { level: 0 }), "text")).toBe(true);
});

test("what is cut off, other, longer or no gzip at all is not the text", () => {
  const packed = gzipText("text ".repeat(100));
  expect(unzipsTo(packed.subarray(0, -9), "text ".repeat(100))).toBe(false);
  expect(unzipsTo(packed.subarray(0, 0), "")).toBe(false);
  expect(unzipsTo(packed, "texu ".repeat(100))).toBe(false);
  expect(unzipsTo(Buffer.from("<html>"), "<html>")).toBe(false);
});

test("what unpacks to far more than the text is not the text", () => {
  expect(unzipsTo(gzipSync(Buffer.alloc(16 * 1024 * 1024)), "text")).toBe(false);
});
