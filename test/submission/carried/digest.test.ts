import { expect, test } from "bun:test";
import { digestOfText } from "../../../src/submission/carried/digest.ts";

const digest = (text: string) => digestOfText(Buffer.from(text));

test.each([
  ['{"a":1,"b":[{"c":2,"d":3}]}', '{"b":[{"d":3,"c":2}],"a":1}'],
  ["[]", "[]"],
])("%s and %s are equal: the order of names does not count", (one, other) => {
  expect(digest(one)).toBe(digest(other));
});

test.each([
  ["[1,2]", "[2,1]"],
  ['{"a":1,"b":2}', '{"a":2,"b":1}'],
  ['{"a":{"b":1}}', '{"b":{"a":1}}'],
  ["[[],{}]", "[{},[]]"],
  ["[[1],2]", "[1,[2]]"],
  ['["1"]', '["2"]'],
  ["[1.0]", "[1.1]"],
  ["[[[]],[]]", "[[],[[]]]"],
])("%s and %s are not equal", (one, other) => {
  expect(digest(one)).not.toBe(digest(other));
});
