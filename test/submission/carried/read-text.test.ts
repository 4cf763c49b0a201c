import { expect, test } from "bun:test";
import { readText } from "../../../src/submission/carried/read-text.ts";

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
  ...[0, 1, 2, 3, 4, 5, 6].map((at) => `${"x".repeat(65_530 + at)}\ud800😀\n\\`),
  '\\"\n'.repeat(50_000),
];

test.each(texts.map((text) => [JSON.stringify(text).slice(0, 40), text]))(
  "the text %s is what a parser reads, and its memory stays as it is",
  (_, text) => {
    const bytes = Buffer.from(JSON.stringify(text));
    expect(readText(bytes)).toBe(text);
    expect(bytes.toString()).toBe(JSON.stringify(text));
  },
);
