import { expect, test } from "bun:test";
import { quoteAnswer } from "../../src/storage/quote-answer.ts";

const quote = (text: string) => quoteAnswer(Buffer.from(text), "s3cret");

test("the token is masked when the server echoes it", () => {
  expect(quote("bad header: Bearer s3cret!")).toBe("bad header: Bearer (token)!");
});

test("so is what is left of a token that was cut off", () => {
  const token = "eyJhbGciOiJIUzI1NiJ9.eyJlbWFpbCI6ImxhYiJ9.c2lnbmF0dXJl";
  const echo = (length: number) => quoteAnswer(Buffer.from(`bad ${token.slice(0, length)}`), token);
  for (let length = 8; length <= token.length; length += 1)
    expect(echo(length)).toBe("bad (token)");
  expect(quoteAnswer(Buffer.from(`${token.slice(0, 30)}… ${token}`), token)).toBe(
    "(token)… (token)",
  );
});

test("line ends, escape codes and text direction marks do not reach a log", () => {
  expect(quote("no\r\nsuch\u001b[31m \u202epath\u0000\u2028")).toBe("no such [31m path");
});

test("a long answer is cut", () => {
  expect(quote("x".repeat(1000))).toBe(`${"x".repeat(200)}…`);
});
