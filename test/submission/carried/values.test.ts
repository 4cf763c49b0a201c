import { expect, test } from "bun:test";
import { Carried } from "../../../src/submission/carried/carried.ts";
import {
  carriedValues,
  everyCarried,
  isCarriedList,
  isList,
  isObjectOrCarried,
  withoutSlashesIn,
  withValue,
} from "../../../src/submission/carried/values.ts";

function carry(value: unknown): Carried {
  return new Carried(Buffer.from(JSON.stringify(value)), []);
}

const lists = [
  [],
  [""],
  [[], {}, null, 1.5, "a,b]"],
  Array.from({ length: 5_000 }, (_, at) => ({ name: `é"${at}`, url: "a:b" })),
  ["x".repeat(5_000), "y", "z".repeat(9_000)],
];

test.each(lists.map((list) => [list.length, list] as const))(
  "the values of a list of %d are read piece by piece",
  (_, list) => {
    expect([...carriedValues(carry(list))]).toEqual([...list]);
  },
);

test("each value is asked for until one does not pass", () => {
  const seen: unknown[] = [];
  const isFew = (value: unknown) => seen.push(value) < 2;
  expect(everyCarried(carry([1, 2, 3]), isFew)).toBe(false);
  expect(seen).toEqual([1, 2]);
  expect(everyCarried(carry([]), () => false)).toBe(true);
});

test("a list is no object, carried or not", () => {
  const [list, object] = [carry([1]), carry({ a: 1 })];
  expect([list, object, [], {}, null].map(isCarriedList)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
  expect([list, object, [], {}, null].map(isList)).toEqual([true, false, true, false, false]);
  expect([list, object, [], {}, null].map(isObjectOrCarried)).toEqual([
    ...[false, true, false, true, false],
  ]);
});

test("a value comes to the end of a list", () => {
  expect(Carried.textOf(withValue(carry([]), { a: "é" }))).toBe('[{"a":"é"}]');
  expect(Carried.textOf(withValue(carry([1, "]"]), 2))).toBe('[1,"]",2]');
});

test("slashes go from texts of one name, and stay elsewhere", () => {
  const list = carry([{ name: "/a/b", url: "c/d" }, { url: "name/", name: "é/" }, { name: "e" }]);
  withoutSlashesIn(list, "name");
  expect(JSON.parse(Carried.textOf(list))).toEqual([
    ...[{ name: "_a_b", url: "c/d" }, { url: "name/", name: "é_" }, { name: "e" }],
  ]);
});
