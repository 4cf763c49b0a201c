import { expect, test } from "bun:test";
import { nearest } from "../../src/base/nearest.ts";
import { refuseSize } from "../../src/submission/refuse-size.ts";
import { describe as describeValue } from "../../src/submission/text/describe.ts";
import { excerptAt, excerptIn, excerptsOfText } from "../../src/submission/text/excerpt.ts";
import { formatPath } from "../../src/submission/text/path.ts";
import { printable, shorten } from "../../src/submission/text/printable.ts";
import { sourceOf } from "../prepare/large/source-of.ts";

test("a path reads like code; odd names are quoted, the middle of a deep one is left out", () => {
  expect(formatPath([])).toBe("$");
  expect(formatPath(["tests", 3, "status"])).toBe("$.tests[3].status");
  expect(formatPath(["a b", "", '"\n\u001b', "__proto__"])).toBe(
    '$["a b"][""]["\\"\\n\\u001b"].__proto__',
  );
  expect(formatPath(["x".repeat(5000)]).length).toBeLessThan(80);
  const deep = formatPath(new Array(2000).fill("level"));
  expect([deep.length < 200, deep.includes("…")]).toEqual([true, true]);
});

test("text is shown without anything that a terminal would act on, and never cut in half", () => {
  expect(printable('a"\\\t\u0007\u202e\ud800é😀')).toBe('"a\\"\\\\\\t\\u0007\\u202e\\ud800é😀"');
  expect(printable("\u{e0041}\u3164")).toBe('"\\udb40\\udc41\\u3164"');
  expect(shorten("😀😀", 2)).toBe("…");
  expect(shorten("😀😀", 3)).toBe("😀…");
  expect(printable("x".repeat(1_000_000)).length).toBe(82);
});

test("values are described in a few words whatever their size", () => {
  expect([null, true, 1.5, "é", [], [1, 2], {}, { a: 1 }].map(describeValue)).toEqual([
    "null",
    "true",
    "1.5",
    '"é"',
    "an empty list",
    "a list of 2",
    "an empty object",
    "an object of 1 field",
  ]);
});

test("the nearest word is found within a third of its length", () => {
  expect(nearest("statu", ["status", "valid"])).toBe("status");
  expect(nearest("LogUrl", ["log_url", "config_url"])).toBe("log_url");
  expect(nearest("colour", ["status", "valid"])).toBeUndefined();
});

test("an excerpt of a long line has the caret under its character", () => {
  const line = `${"a".repeat(500)}😀X${"b".repeat(500)}`;
  const { text, caret } = excerptAt(`first\n${line}\nlast`, 2, 502);
  expect([...text][caret]).toBe("X");
  expect([...text].length).toBe(74);
  expect(excerptAt("\tX\u001b", 1, 2)).toEqual({ text: "·X·", caret: 1 });
});

test("many excerpts of one text are those that each would be alone, in any order", () => {
  const text = `ab😀c\n${"x😀".repeat(300)}\n\n${"y".repeat(200)}`;
  const places = [1, 2, 3, 4].flatMap((line) =>
    [1, 2, 40, 500, 90].map((column) => [line, column] as const),
  );
  const at = excerptsOfText(text);
  for (const [line, column] of [...places, ...places.toReversed()]) {
    expect(at(line, column)).toEqual(excerptAt(text, line, column));
  }
});

test("a file that is too large is refused with both sizes", () => {
  expect(refuseSize(11, 10)).toMatchObject({
    stage: "read",
    reason: "too-large",
    issueCount: 1,
    message: "$: expected at most 10 bytes, got 11 bytes",
  });
});

test("a piece of a line is the same whether its file is in memory or read in pieces", () => {
  const lines = ["", "é😀x".repeat(3), "a😀".repeat(100), "x".repeat(500), "last"];
  for (const text of [lines.join("\n"), `${lines.join("\r\n")}\n`]) {
    const source = sourceOf(Buffer.from(`\ufeff${text}`), 7);
    for (const [number, line] of text.split("\n").entries()) {
      for (let column = 1; column <= [...line].length + 1; column++) {
        const found = excerptIn(source, number + 1, column);
        expect(found).toEqual(excerptAt(text, number + 1, column));
      }
    }
  }
});
