import { describe, expect, test } from "bun:test";
import { isOneOfTexts, jsonField } from "../../src/results/field.ts";
import { isOneOf, ownText, sql } from "../../src/store/statement.ts";
import { kinds } from "../databases.ts";
import { readableDatabase } from "./read-on.ts";

/** Fields as JSON may spell them. */
const spelled = ['"board"', '"\\u0062oard"', '"board-2"', '["board"]', '{"board":1}', "null"];
const others = ['"a\\"b"', '"é"', "true", '"true"', "1", '"1"', '"Inf"', '"in f"', '""'];
const texts = ["board", "board-2", 'a"b', "é", "true", "false", "1", "Inf", "in f", "b", "", "*"];

describe.each(kinds)("a field of JSON on $name", ({ name, create }) => {
  test("is one of some texts, however it is spelled", async () => {
    await using on = await readableDatabase({ name, create });
    for (const [at, value] of [...spelled, ...others].entries()) {
      await on.database.query(
        `insert into checkouts (id, origin, misc) values ('o:${at}', 'o', '{"x": "board", "a": ${value}}')`,
      );
    }
    await on.database.query("insert into checkouts (id, origin) values ('o:none', 'o')");
    const { dialect } = on.reader;
    const field = jsonField("misc", "a");
    for (const some of [...texts.map((text) => [text]), ["b", "board"], ["board", "1"]]) {
      const plain = isOneOf(ownText(field.expression(dialect)), some);
      const [found, wanted] = [isOneOfTexts(field, some, dialect), plain].map((where) =>
        on.reader.query(sql`select id from checkouts where ${where} order by id`),
      );
      expect(await found).toEqual((await wanted) ?? []);
    }
    const ofBoard = isOneOfTexts(field, ["board"], dialect);
    expect(
      await on.reader.query(sql`select id from checkouts where ${ofBoard} order by id`),
    ).toEqual([{ id: "o:0" }, { id: "o:1" }]);
  });
});
