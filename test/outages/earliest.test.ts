import { expect, test } from "bun:test";
import { earliest } from "../../src/outages/earliest.ts";

test("the earliest of no times is undefined", () => {
  expect([earliest([]), earliest([3, 1, 2])]).toEqual([undefined, 1]);
});
