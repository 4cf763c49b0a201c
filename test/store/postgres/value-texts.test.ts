import { expect, test } from "bun:test";
import { valueTexts } from "../../../src/store/postgres/value-texts.ts";

test("values of rows are texts that tell them apart", () => {
  const rows = [
    [null, "", "ä", 0, -0],
    [true, false, 1e300, ["a", 'b"'], []],
  ];
  expect(valueTexts(rows)).toEqual([
    ...[null, "", "ä", "0", "-0"],
    ...["true", "false", "1e+300", '{"a","b\\""}', "{}"],
  ]);
});
