import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseTrees } from "../../src/config/parse-trees.ts";
import { readTrees } from "../../src/config/read-trees.ts";

const shipped = join(import.meta.dir, "../../trees.yaml");

test("the built-in list is what a reader makes of the shipped file", async () => {
  const builtIn = await readTrees(undefined);
  expect(builtIn.size).toBe(50);
  expect(builtIn).toEqual(parseTrees(readFileSync(shipped, "utf8"), "trees.yaml"));
  expect(await readTrees(shipped)).toEqual(builtIn);
});

test("a file that is not there is named", () => {
  expect(readTrees("/nowhere/t.yaml")).rejects.toThrow(
    "cannot read the trees file /nowhere/t.yaml: ENOENT",
  );
});
