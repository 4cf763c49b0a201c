import { expect, test } from "bun:test";
import { visitCarried } from "../../src/rows/visit-carried.ts";
import { Carried } from "../../src/submission/carried/carried.ts";

/** What is visited, each with its place. */
function visited(text: string): unknown[] {
  const found: unknown[] = [];
  visitCarried(new Carried(Buffer.from(text), []), ["misc"], {
    text: (value, path) => found.push([value, path()]),
    number: (value, path) => found.push([Number(value), path()]),
  });
  return found;
}

test("what a database may not hold is told with its place, and nothing else", () => {
  const text =
    '{"a":[1,"\\n",{"b":"\\u0000","\\ud800":true},"\\u001f"],"c":{"d":[[],1e+300]},"e":"\\udfff"}';
  expect(visited(text)).toEqual([
    ["\0", ["misc", "a", 2, "b"]],
    ["\ud800", ["misc", "a", 2, "\ud800"]],
    [1e300, ["misc", "c", "d", 1]],
    ["\udfff", ["misc", "e"]],
  ]);
});

test("a long name is read once, however many numbers are below it, and only where a place is asked for", () => {
  const name = "n".repeat(4 << 20);
  const carried = new Carried(Buffer.from(`{"${name}":[${Array(5_000).fill("1e5").join()}]}`), []);
  let places = 0;
  let numbers = 0;
  const startUs = process.cpuUsage().user;
  for (const isAsked of [false, true]) {
    visitCarried(carried, [], {
      text: () => {},
      number: (_, path) => {
        numbers++;
        if (isAsked && String(path()[0]).length === name.length) places++;
      },
    });
  }
  expect([numbers, places]).toEqual([10_000, 5_000]);
  expect(process.cpuUsage().user - startUs).toBeLessThan(4_000_000);
});
