import { expect, test } from "bun:test";
import { readText, takeText } from "../../../src/submission/carried/read-text.ts";

const texts = [
  "",
  "plain",
  'ж😀\\"\n\u0007',
  "\0",
  "\ud800",
  "a\ud800b\udc00",
  "\udc00\ud800\0",
  `${"x".repeat(10_000)}\ud83d`,
  `${"ж😀".repeat(30_000)}\ud800${"x".repeat(200_000)}`,
];

test.each(texts.map((text) => [JSON.stringify(text).slice(0, 40), text]))(
  "the text %s is what a parser reads, in memory that stays or that is taken",
  (_, text) => {
    const bytes = Buffer.from(JSON.stringify(text));
    expect(readText(bytes)).toBe(text);
    expect(bytes.toString()).toBe(JSON.stringify(text));
    expect(takeText(bytes)).toBe(text);
  },
);
