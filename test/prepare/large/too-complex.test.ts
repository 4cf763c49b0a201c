import { describe, expect, test } from "bun:test";
import { readLarge } from "../../../src/prepare/large/read-large.ts";
import { swells } from "../../../src/prepare/large/too-complex.ts";
import { newestVersion } from "../../../src/submission/versions/versions.ts";
import { sourceOf } from "./source-of.ts";

const { major, minor } = newestVersion;
const megabyte = 1 << 20;

/** A submission with that many bytes of one value again and again, in a field of a test. */
function repeated(
  value: string,
  bytes: number,
  field: "misc" | "comment" | "output_files",
): Buffer {
  const list = new Array(Math.floor(bytes / (value.length + 1))).fill(value).join(",");
  const inside = field === "output_files" ? `[[${list}]]` : `{"a":[${list}]}`;
  const test = `{"id":"a:1","origin":"a","build_id":"a:2","${field}":${inside}}`;
  return Buffer.from(
    `{"version":{"major":${major},"minor":${minor}},\n"tests":[{"id":"a:0","origin":"a","build_id":"a:2"},\n${test}]}`,
  );
}

function verdictOn(bytes: Uint8Array, maxObjectBytes: number) {
  const reading = readLarge(sourceOf(bytes, megabyte), { maxObjectBytes });
  while (true) {
    const { done, value } = reading.next();
    if (done) return value;
  }
}

describe("an object that takes more memory than it may", () => {
  const dear = ["[-0]", "[1.0]", '{"a":1.0}', "1.0", "1", "[]", "{}"];

  test.each(dear)("is none where what it has is in a misc, as a list of %s", (value) => {
    expect(verdictOn(repeated(value, megabyte, "misc"), 16 * megabyte).accepted).toBe(true);
    expect(verdictOn(repeated(value, 5 * megabyte, "misc"), 16 * megabyte)).toMatchObject({
      refusal: { stage: "read", reason: "too-complex" },
    });
  });

  test.each(dear)("is none where what it has is where no list belongs, as one of %s", (value) => {
    const bytes = repeated(value, megabyte, "comment");
    const verdict = verdictOn(bytes, 16 * megabyte);
    expect(verdict).toMatchObject({ accepted: false, refusal: { reason: "invalid" } });
    expect(verdict).toEqual(verdictOn(bytes, 256 * megabyte));
    expect(verdictOn(repeated(value, 5 * megabyte, "comment"), 16 * megabyte)).toMatchObject({
      refusal: { stage: "read", reason: "too-complex" },
    });
  });

  test.each(dear)(
    "is refused before it is read, with its place: a list of %s within one of files",
    (value) => {
      const bytes = repeated(value, megabyte, "output_files");
      const verdict = verdictOn(bytes, 16 * megabyte);
      expect(verdict).toMatchObject({
        accepted: false,
        refusal: { stage: "read", reason: "too-complex", issueCount: 1 },
      });
      if (verdict.accepted) throw new Error("accepted");
      expect(verdict.refusal.issues[0]).toMatchObject({ path: "$.tests[1]", line: 3, column: 1 });
      expect(verdict.refusal.message).toContain(
        "at most 16 MB of memory, got one that needs about",
      );
      expect(verdictOn(bytes, 256 * megabyte)).toMatchObject({ refusal: { reason: "invalid" } });
    },
  );

  test("is none that has one long text, or much of which each takes little", () => {
    const long = repeated(`"${"x".repeat(4 * megabyte)}"`, 5 * megabyte, "misc");
    expect(verdictOn(long, 64 * megabyte).accepted).toBe(true);
    const many = Array.from({ length: 20_000 }, (_, n) => ({
      ...{ id: `a:${n}`, origin: "a", build_id: "a:2", misc: { numbers: [n, -0.5, 1e-7, n / 7] } },
    }));
    const text = JSON.stringify({ version: { major, minor }, tests: many });
    expect(verdictOn(Buffer.from(text), 16 * megabyte).accepted).toBe(true);
  });

  test("may be a value in the wrong place, a name, or a crowd of fields", () => {
    const wrong = [
      `{"version":{"major":[${"[1.0],".repeat(megabyte)}1]}}`,
      `{"tests":{"a":[${"[1.0],".repeat(megabyte)}1]}}`,
      `[${"[[1.0]],".repeat(8)}{${Array.from({ length: megabyte }, (_, n) => `"${n}":[]`).join()}}]`,
      `{"${"x".repeat(2 * megabyte)}":1}`,
      `{${Array.from({ length: 100_001 }, (_, n) => `"${n}":1`).join(",")}}`,
    ];
    for (const text of wrong) {
      const verdict = verdictOn(Buffer.from(text), 64 * megabyte);
      expect(verdict).toMatchObject({ accepted: false, refusal: { reason: "too-complex" } });
    }
  });
});

test("a small file is taken for one that swells by what is in it, and when it is no JSON", () => {
  expect(swells(repeated("[-0]", 2 * megabyte, "misc"))).toBe(true);
  expect(swells(repeated("1.0", 8 * megabyte, "misc"))).toBe(true);
  expect(swells(Buffer.from("[".repeat(megabyte)))).toBe(true);
  expect(swells(repeated("[-0]", megabyte / 4, "misc"))).toBe(false);
  const text = `"${"x".repeat(1000)}"`;
  expect(swells(repeated(text, megabyte, "misc"))).toBe(false);
  const many = new Array(8_000).fill(`{"id":"a:1","origin":"a","comment":${text}}`).join(",");
  expect(swells(Buffer.from(`{"tests":[${many}]}`))).toBe(false);
});
