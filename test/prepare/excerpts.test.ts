import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { findExcerpts, linkExcerpts } from "../../src/prepare/excerpts.ts";
import { Carried } from "../../src/submission/carried/carried.ts";
import type { Item, Submission } from "../../src/submission/submission.ts";

const url = "https://files.example.org/logexcerpt/00/logexcerpt.txt.gz";
const long = "x".repeat(257);

function submission(lists: Partial<Submission>): Submission {
  return { version: { major: 5, minor: 3 }, ...lists };
}

function item(fields: Record<string, unknown>): Item {
  return { id: "lab:1", origin: "lab", ...fields };
}

function hashOf(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

test("an excerpt of 256 bytes stays, one of 257 goes", () => {
  const tests = [item({ log_excerpt: "x".repeat(256) }), item({ log_excerpt: long })];
  const found = findExcerpts(submission({ tests }));
  expect(found.map(({ item }) => item)).toEqual([tests[1] as Item]);
  expect(found[0]?.hash).toBe(hashOf(long));
});

test("the threshold counts UTF-8 bytes, not characters", () => {
  const of = (log_excerpt: string) => findExcerpts(submission({ builds: [item({ log_excerpt })] }));
  expect(of("ä".repeat(128))).toHaveLength(0);
  expect(of(`${"ä".repeat(128)}x`)).toHaveLength(1);
  expect(of("€".repeat(86))).toHaveLength(1);
  expect(of("😀".repeat(64))).toHaveLength(0);
  expect(of("😀".repeat(65))[0]?.hash).toBe(hashOf("😀".repeat(65)));
});

test("the threshold can be set", () => {
  const tests = [item({ log_excerpt: "abcd" })];
  expect(findExcerpts(submission({ tests }), 3)).toHaveLength(1);
  expect(findExcerpts(submission({ tests }), 4)).toHaveLength(0);
});

test("only builds and tests are looked at", () => {
  const one = [item({ log_excerpt: long })];
  expect(findExcerpts(submission({ checkouts: one, issues: one, incidents: one }))).toEqual([]);
  expect(findExcerpts(submission({ builds: one, tests: one }))).toHaveLength(2);
  expect(findExcerpts(submission({ tests: [item({})] }))).toEqual([]);
});

test("a stored excerpt becomes empty and is linked in new output_files", () => {
  const target = item({ log_excerpt: long, status: "FAIL" });
  const found = findExcerpts(submission({ tests: [target] }));
  expect(linkExcerpts(found, new Map([[hashOf(long), url]]))).toBe(1);
  expect(target).toEqual(
    item({ log_excerpt: "", status: "FAIL", output_files: [{ name: "log_excerpt", url }] }),
  );
});

test("output_files that are there are extended, not changed", () => {
  const files = [{ name: "dmesg", url: "https://lab.example.org/dmesg" }];
  const target = item({ log_excerpt: long, output_files: files });
  linkExcerpts(findExcerpts(submission({ builds: [target] })), new Map([[hashOf(long), url]]));
  expect(target.output_files).toEqual([
    { name: "dmesg", url: "https://lab.example.org/dmesg" },
    { name: "log_excerpt", url },
  ]);
  expect(files).toHaveLength(1);
});

test("a link that is there already is not added twice; one to elsewhere is kept", () => {
  const elsewhere = { name: "log_excerpt", url: "https://lab.example.org/log" };
  const target = item({
    log_excerpt: long,
    output_files: [elsewhere, { name: "log_excerpt", url }],
  });
  linkExcerpts(findExcerpts(submission({ tests: [target] })), new Map([[hashOf(long), url]]));
  expect(target.output_files).toEqual([elsewhere, { name: "log_excerpt", url }]);
  expect(target.log_excerpt).toBe("");
});

test("files that are carried get the link, too, once", () => {
  const files = [{ name: "a", url: "b:c" }];
  const carry = (list: unknown) => new Carried(Buffer.from(JSON.stringify(list)), []);
  const linked = (output_files: Carried) => {
    const target = item({ log_excerpt: long, output_files });
    linkExcerpts(findExcerpts(submission({ tests: [target] })), new Map([[hashOf(long), url]]));
    return JSON.parse(Carried.textOf(target.output_files as Carried));
  };
  const link = { name: "log_excerpt", url };
  expect(linked(carry(files))).toEqual([...files, link]);
  expect(linked(carry([]))).toEqual([link]);
  expect(linked(carry([link, ...files]))).toEqual([link, ...files]);
});

test("an excerpt that is not stored is left exactly as it was", () => {
  const target = item({ log_excerpt: long });
  expect(linkExcerpts(findExcerpts(submission({ tests: [target] })), new Map())).toBe(0);
  expect(target).toEqual(item({ log_excerpt: long }));
});
