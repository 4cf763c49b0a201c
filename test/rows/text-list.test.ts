import { expect, test } from "bun:test";
import type { RowSet } from "../../src/rows/row.ts";
import { TextList } from "../../src/rows/text-list.ts";
import { addRows, mainTables } from "../../src/rows/to-rows.ts";
import { Carried } from "../../src/submission/carried/carried.ts";
import type { Submission } from "../../src/submission/submission.ts";

const awkward = ["", ",", '","', "\\", '\\",', '"', "a\n", "é😀", "[", "]", "plain"];

test.each([[[]], [[""]], [awkward], [awkward.toReversed()], [[",", "x"]]])(
  "the texts of %j are those that were written",
  (texts) => {
    expect([...new TextList(JSON.stringify(texts), texts.length)]).toEqual(texts);
  },
);

test("a list of texts that is carried is a row's value as any other, and stays JSON where it is long", () => {
  const storedOf = (tags: readonly string[]) => {
    const carried = new Carried(Buffer.from(JSON.stringify(tags)), []);
    const checkout = { id: "a:1", origin: "a", git_commit_tags: carried };
    const rows: RowSet = new Map();
    addRows(rows, { version: { major: 5, minor: 3 }, checkouts: [checkout] } as Submission, "");
    const { checkouts } = mainTables;
    return rows.get(checkouts)?.[0]?.[checkouts.at("git_commit_tags")];
  };
  expect(storedOf(awkward)).toEqual(awkward);
  const long = Array.from({ length: 20_000 }, (_, at) => `${at}"`);
  const value = storedOf(long);
  if (!(value instanceof TextList)) throw new Error("it was taken apart");
  expect([value.length, ...value]).toEqual([20_000, ...long]);
});
