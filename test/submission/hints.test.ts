import { expect, test } from "bun:test";
import { explain } from "../../src/submission/explain.ts";
import { Mistakes } from "../../src/submission/mistakes.ts";
import { deriveVersion } from "../../src/submission/versions/derive-version.ts";
import { documentType, type FieldType } from "../../src/submission/versions/field.ts";
import { newestVersion } from "../../src/submission/versions/versions.ts";
import { wordMistakes } from "../../src/submission/word-mistakes.ts";

/** What a version that has one more field of tests says of a value of it. */
function toldOf(type: FieldType, value: unknown) {
  const rules = deriveVersion(newestVersion, "9.0", { tests: { having: { retries: type } } });
  const item = { id: "lab:1", origin: "lab", build_id: "lab:b", retries: value };
  const mistakes = new Mistakes(20);
  explain(documentType(rules), { version: { major: 9 }, tests: [item] }, mistakes);
  const told = wordMistakes(mistakes, { rules, fixes: true, isUpgraded: false });
  if ("tooDeep" in told) throw new Error("nested too deep");
  return told.map(({ hint, fix }) => [hint, fix]);
}

const replace = (value: unknown) => [{ op: "replace", path: "/tests/0/retries", value }];

test.each([
  [-1, [["write 0, or more: 0", replace(0)]]],
  [1.5, [["write a whole number: 1", replace(1)]]],
  ["3", [["leave out the quotes: 3", replace(3)]]],
  [0, []],
])("of %j in a new field of whole numbers it is told what to write", (value, expected) => {
  expect(toldOf({ kind: "integer" }, value)).toEqual(expected as never);
});
