import { expect, test } from "bun:test";
import { findLastWords } from "../../../../src/store/postgres/connection/last-words.ts";

/** A message of the protocol: its type, its length, and what it says. */
function message(type: string, said: string): Buffer {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(Buffer.byteLength(said) + 4, 1);
  return Buffer.concat([head, Buffer.from(said)]);
}

const ending = message("E", "SSCHWER\0VFATAL\0C57P01\0Mthe administrator läßt enden\0\0");
const refusal = message("E", "SERROR\0VERROR\0C23505\0Mthe key is there\0\0");

test("an error that ends the session is found behind all that came with it", () => {
  for (const before of ["", "E", "x".repeat(100_000)]) {
    const bytes = Buffer.concat([message("D", before), refusal, ending]);
    expect(findLastWords(bytes)).toMatchObject({
      code: "57P01",
      severity: "FATAL",
      message: "the administrator läßt enden",
    });
  }
});

test("a pooler tells its grade in the older field alone", () => {
  const bytes = message("E", "SFATAL\0C08P01\0Mnot so\0\0");
  expect(findLastWords(bytes)).toMatchObject({ code: "08P01", message: "not so" });
});

test.each([
  ["nothing", Buffer.alloc(0)],
  ["an error of a statement", refusal],
  ["an error that something follows", Buffer.concat([ending, message("Z", "I")])],
  ["a part of one", ending.subarray(0, -1)],
  ["the end of one", ending.subarray(3)],
  ["bytes that look like one", Buffer.from("E\0\0\0\x04")],
])("is none: %s", (_what, bytes) => {
  expect(findLastWords(bytes)).toBeUndefined();
});
