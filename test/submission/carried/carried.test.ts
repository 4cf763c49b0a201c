import { expect, test } from "bun:test";
import { parseExactly } from "../../../src/base/raw-json.ts";
import { Carried } from "../../../src/submission/carried/carried.ts";
import { compact } from "../../../src/submission/carried/compact.ts";
import { readCarried } from "../../../src/submission/carried/read-carried.ts";
import { describe } from "../../../src/submission/text/describe.ts";

/** A carried object with these members by name. */
function carry(text: string, names: readonly string[] = ["lab"]): Carried {
  const bytes = Buffer.from(text);
  const found = compact(bytes);
  if (typeof found === "string") throw new Error(found);
  return new Carried(bytes.subarray(0, found.length), names);
}

test("a carried object has the members that are asked for, and takes others", () => {
  const misc = carry('{"a": [1.0], "lab": "x", "b": {}}');
  expect(Object.entries(misc)).toEqual([["lab", "x"]]);
  expect(Carried.textOf(misc)).toBe('{"a":[1.0],"lab":"x","b":{}}');
  misc.lab = 'é"';
  misc.more = "y";
  expect(Carried.textOf(misc)).toBe('{"a":[1.0],"lab":"é\\"","b":{},"more":"y"}');
  const empty = carry("{ }");
  empty.lab = "x";
  expect(Carried.textOf(empty)).toBe('{"lab":"x"}');
});

test("who does not know that an object is carried writes the same", () => {
  const text = '{"a":[1.0,-0],"lab":"x","10":1}';
  expect(JSON.stringify(carry(text))).toBe(JSON.stringify(parseExactly(text)));
  expect(describe(carry(text))).toBe("an object of 3 fields");
});

test("once its text is taken only what has a name is left of it", () => {
  const misc = carry('{"a":1,"lab":"x"}');
  const digest = Carried.digestOf(misc);
  expect(Carried.takeText(misc)).toBe('{"a":1,"lab":"x"}');
  expect([misc.lab, Carried.digestOf(misc)]).toEqual(["x", digest]);
  expect(() => Carried.textOf(misc)).toThrow("taken before");
});

test.each([
  ['{"a":1}', { hasNumbers: true, depth: 1, members: 1 }],
  ['{"a":{"b":[[]]},"c":null}', { hasNumbers: false, depth: 4, members: 2 }],
  ['{"a":"1e5\\u001f\\n"}', { hasNumbers: false, hasBadCharacters: false, hasWideNumbers: false }],
  ['{"a":"\\u0000"}', { hasBadCharacters: true }],
  ['{"\\udc00":1}', { hasBadCharacters: true }],
  ['{"a":"\\ud83d\\ude00"}', { hasBadCharacters: false }],
  ['{"a":[1e5]}', { hasWideNumbers: true }],
  [`{"a":${"1".repeat(300)}}`, { hasWideNumbers: true }],
  ['{"a":{"007":1}}', { hasNumberNames: true }],
  ['{"a":{"7a":1,"":2}}', { hasNumberNames: false }],
])("what is in %s is known without reading it", (text, facts) => {
  expect(Carried.factsOf(carry(text))).toMatchObject(facts);
});

test("of objects every misc is carried, and nothing else", () => {
  const text =
    '{"id":"é", "misc":{"lab":1}, "environment":{"misc":{"a":2}},"x":{"misc":{}}},{"misc":[1]}, 7';
  const read = readCarried(Buffer.from(text), {
    inMisc: ["lab"],
    objects: ["environment"],
    lists: [],
  });
  if (typeof read === "string") throw new Error(read);
  expect(read.units).toBe(text.length);
  const items = read.read().items as Record<string, Record<string, unknown>>[];
  expect(items[0]?.misc).toBeInstanceOf(Carried);
  expect(items[0]?.environment?.misc).toBeInstanceOf(Carried);
  expect(JSON.stringify(items)).toBe(JSON.stringify(JSON.parse(`[${text}]`)));
  expect(items[1]?.misc).toEqual([1] as never);
  expect(items[0]?.x?.misc).toEqual({});
});

test("a list or an object that is asked for by name is carried, too", () => {
  const carried = carry(`{"lab":[${"[-0],".repeat(1_000)}1],"runtime":{"a":1}}`, [
    "lab",
    "runtime",
  ]);
  expect([carried.lab, carried.runtime].map(describe)).toEqual([
    "a list of 1001",
    "an object of 1 field",
  ]);
  expect(Carried.textOf(carried)).toStartWith('{"lab":[[-0],[-0],');
  expect(JSON.stringify(carry('{"lab":[1.50,{"a":"b"}]}').lab)).toBe('[1.50,{"a":"b"}]');
});

test("a long text that is asked for by name is there, and bad bytes are no JSON", () => {
  const long = "x".repeat(2 << 20);
  expect(carry(`{"lab":"${long}"}`).lab).toBe(long);
  expect(readCarried(Buffer.from([0x22, 0xc3, 0x22]), { inMisc: [], objects: [], lists: [] })).toBe(
    "not-json",
  );
});
