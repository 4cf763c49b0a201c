import { expect, test } from "bun:test";
import { parseTrees } from "../../src/config/parse-trees.ts";

test("a trees file gives names by URL", () => {
  const text = "trees:\n  a:\n    url: https://x/a.git\n    note: of no interest\n  b: {url: u}\n";
  expect([...parseTrees(text, "f")]).toEqual([
    ["https://x/a.git", "a"],
    ["u", "b"],
  ]);
});

test.each([
  ["trees:\n  a: [1\n", "f.yaml:3: not YAML: "],
  ["trees:\n  a:\n    url: u\n  a:\n    url: v\n", "f.yaml:4: not YAML: "],
  ["", "f.yaml:1: the file: "],
  ["- a\n", "f.yaml:1: the file: "],
  ["forest: {}\n", "f.yaml:1: trees: "],
  ["trees:\n  a:\n    url: u\n  b:\n    uri: v\n", "f.yaml:5: trees.b.url: "],
  ["trees:\n  a:\n    url: 7\n", "f.yaml:3: trees.a.url: "],
  ["trees:\n  a:\n    url: ''\n", "f.yaml:3: trees.a.url: "],
  [
    "trees:\n  a:\n    url: u\n  b:\n    url: u\n",
    "f.yaml:5: b and a have the same url u; expected one name per URL",
  ],
])("%j is refused with file and line", (text, message) => {
  expect(() => parseTrees(text, "f.yaml")).toThrow(message);
});

test("aliases that are unknown, or a bomb, are refused", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 9; level++) {
    lines.push(`a${level}: &a${level} [${new Array(10).fill(`*a${level - 1}`).join(", ")}]`);
  }
  expect(() => parseTrees(`${lines.join("\n")}\ntrees: {}\n`, "f.yaml")).toThrow(
    "f.yaml:1: not YAML: ",
  );
  expect(() => parseTrees("trees: *none\n", "f.yaml")).toThrow("f.yaml:1: not YAML: ");
});
