import { describe, expect, test } from "bun:test";
import { isDateTime } from "../../src/submission/formats/date-time.ts";
import { exceeds } from "../../src/submission/formats/exceeds.ts";
import { patterns } from "../../src/submission/formats/patterns.ts";
import { isUri } from "../../src/submission/formats/uri.ts";
import { processorMs } from "../processor-ms.ts";

describe("a URI", () => {
  test.each([
    "https://",
    "A1+-.:x",
    "https:///p",
    "https://h:99999/",
    "https://@h/",
    "https://u:p:q@h/",
    "https://[::1]:80/x",
    "https://[::ffff:1.2.3.4]/",
    "https://[::001.02.3.4]/",
    "https://[1:2:3:4:5:6:7::]",
    "https://[v1.x]/",
    "https://h/%e9",
    "https://h/?a?b/c",
    "mailto:",
    "C:/x",
    "https://h//a//b",
    "a:\n",
  ])("%j passes", (text) => expect(isUri(text)).toBe(true));

  test.each([
    "",
    "foo/bar",
    "//h/p",
    "1a:b",
    "x_y:z",
    "https://h/a b",
    "https://h/%zz",
    "https://h/%4",
    "https://h/[x]",
    "https://h/#a#b",
    "https://h:8a/",
    "https://u@v@h/",
    "https://h/é",
    "https://[fe80::1%25eth0]/",
    "https://[V1.x]/",
    "https://[1::2::3]/",
    "https://[1:2:3:4:5:6:7:8::]/",
    "https://[::1.2.3.256]/",
    "https://[]/",
    "https://::1/",
    "https://h/x\n\n",
    "https://h/x\r",
    " https://h/",
  ])("%j fails", (text) => expect(isUri(text)).toBe(false));
});

describe("a date and time", () => {
  test.each([
    "2025-01-31T23:59:59Z",
    "2024-02-29t00:00:00.123456789123z",
    "0004-02-29T00:00:00-00:00",
    "2025-01-31T23:59:59+23:59\n",
  ])("%j passes", (text) => expect(isDateTime(text)).toBe(true));

  test.each([
    "1900-02-29T00:00:00Z",
    "2025-04-31T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "2025-01-31T24:00:00Z",
    "2025-01-31T23:59:60Z",
    "2025-01-31T23:59:59",
    "2025-01-31 23:59:59Z",
    "2025-01-31T23:59:59+0000",
    "2025-01-31T23:59:59.Z",
    "2025-01-31T23:59:59,5Z",
    "٢٠٢٥-01-31T23:59:59Z",
    "2025-01-31T23:59:59Z\n\n",
  ])("%j fails", (text) => expect(isDateTime(text)).toBe(false));
});

describe("patterns", () => {
  test("one trailing newline passes where the reference's $ lets it, two do not", () => {
    const oneLine = {
      origin: "ab",
      commitHash: "0".repeat(40),
      patchsetHash: "",
      path: "a.b",
      idLine: "a:b",
    };
    for (const [name, text] of Object.entries(oneLine)) {
      const { regex } = patterns[name as keyof typeof oneLine];
      expect([regex.test(text), regex.test(`${text}\n`), regex.test(`${text}\n\n`)]).toEqual([
        true,
        true,
        false,
      ]);
    }
  });

  test("a path has words between single dots", () => {
    const path = (text: string) => patterns.path.regex.test(text);
    expect(["", "\n", "a", "a.b_-9"].every(path)).toBe(true);
    expect([".", ".a", "a.", "a..b", "a b", "a.\n", "é"].some(path)).toBe(false);
  });

  test("ids may hold other line breaks, and from 5.0 on all but NUL", () => {
    expect(patterns.idLine.regex.test("a:b\rc\u2028d")).toBe(true);
    expect(patterns.idLine.regex.test("a:b\nc")).toBe(false);
    expect(patterns.id.regex.test("a:b\nc")).toBe(true);
    expect(patterns.id.regex.test("a:b\0c")).toBe(false);
  });

  test("no pattern and no format takes more than linear time", () => {
    const length = 1_000_000;
    const hostile = [",", "a.", "a:", "%41", "a", "[", "://", "0"].map((part) =>
      part.repeat(length / part.length),
    );
    const startMs = processorMs();
    for (const text of hostile) {
      for (const tail of [" ", "!", "\n\n", "\0"]) {
        for (const { regex } of Object.values(patterns)) regex.test(text + tail);
        for (const before of ["", "https://h/", "https://"]) isUri(before + text + tail);
        isDateTime(text + tail);
      }
    }
    expect(processorMs() - startMs).toBeLessThan(10_000);
  }, 60_000);

  test("a long path and a URL with many percent signs are still told right", () => {
    expect(patterns.path.regex.test(`${"a.".repeat(3_000_000)}b`)).toBe(true);
    expect(isUri(`https://h/${"%41".repeat(3_000_000)}`)).toBe(true);
    expect(isUri(`https://h/${"%41".repeat(3_000_000)}%4`)).toBe(false);
  });
});

test("lengths are counted in code points, a lone surrogate as one", () => {
  expect(exceeds("😀".repeat(16384), 16384)).toBe(false);
  expect(exceeds("😀".repeat(16385), 16384)).toBe(true);
  expect(exceeds("\ud800".repeat(3), 3)).toBe(false);
  expect(exceeds("\ud800".repeat(4), 3)).toBe(true);
});
