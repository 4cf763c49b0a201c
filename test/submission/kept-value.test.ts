import { expect, test } from "bun:test";
import { Carried } from "../../src/submission/carried/carried.ts";
import { isKeptList, keptValue } from "../../src/submission/kept-value.ts";
import { describe as inWords } from "../../src/submission/text/describe.ts";

const path = ["tests", 0, "comment"];
const small = ["[]", '["a"]', '{"a":{"b":[1,"x"]}}', `[${Array(999).fill("1").join()}]`];
const long = [
  `[${Array(1_000).fill("1").join()}]`,
  `{"a":[${Array(1_000).fill("[]").join()}]}`,
  JSON.stringify(["x".repeat(70_000)]),
  JSON.stringify({ ["x".repeat(70_000)]: 1 }),
];

test.each([...small, ...long])(
  "of a value in a mistake the same is kept, carried or not: %.20s",
  (text) => {
    const value: unknown = JSON.parse(text);
    const carried = new Carried(Buffer.from(text), []);
    const [kept, ofCarried] = [keptValue(value, path), keptValue(carried, path)];
    Carried.close(carried);
    expect([inWords(kept), inWords(ofCarried)]).toEqual([inWords(value), inWords(value)]);
    expect([isKeptList(kept), isKeptList(ofCarried)]).toEqual([text[0] === "[", text[0] === "["]);
    expect(kept === value).toBe(small.includes(text));
    expect(JSON.stringify(ofCarried)).toBe(JSON.stringify(kept));
  },
);

test("what is no list and no object is kept whatever its length, and so are fields of the submission itself", () => {
  const text = "x".repeat(1 << 20);
  expect(keptValue(text, path)).toBe(text);
  const list = Array(5_000).fill(1);
  expect(keptValue(list, ["tests"])).toBe(list);
});
