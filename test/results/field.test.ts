import { describe, expect, test } from "bun:test";
import { containsText, isOneOfTexts, jsonField } from "../../src/results/field.ts";
import { isBootOfMany, isBootPath } from "../../src/results/words.ts";
import { isOneOf, ownText, sql } from "../../src/store/statement.ts";
import { kinds, type TestKind } from "../databases.ts";
import { type ReadableDatabase, readableDatabase } from "./read-on.ts";

/** Fields as JSON may spell them. */
const spelled = ['"board"', '"\\u0062oard"', '"board-2"', '["board"]', '{"board":1}', "null"];
/** And ones that a database may spell otherwise as text. */
const respelled = ["1e5", "1E-7", "1e400", "[1e5, true, 3]", '{"a" : [ "x", "y" ]}', "false"];
const parts = [
  "oa",
  "board",
  "rd-2",
  "e",
  "e5",
  "e-",
  "E-0",
  "e,t",
  "I",
  "Inf",
  "f",
  "n",
  "ru",
  "fals",
  "1",
  "\\",
  "*",
  "é",
];
const others = ['"a\\"b"', '"é"', "true", '"true"', "1", '"1"', '"Inf"', '"in f"', '""'];
const texts = ["board", "board-2", 'a"b', "é", "true", "false", "1", "Inf", "in f", "b", "", "*"];

/** A database with each spelling of a field `a`, and one row without it. */
async function withFields(kind: TestKind, values: readonly string[]): Promise<ReadableDatabase> {
  const on = await readableDatabase(kind);
  for (const [at, value] of values.entries()) {
    await on.database.query(
      `insert into checkouts (id, origin, misc) values ('o:${at}', 'o', '{"x": "board", "a": ${value}}')`,
    );
  }
  await on.database.query("insert into checkouts (id, origin) values ('o:none', 'o')");
  return on;
}

describe.each(kinds)("a path on $name", (kind) => {
  test("is that of a boot in many rows as in one", async () => {
    await using on = await readableDatabase(kind);
    const paths = [
      "boot",
      "boot.",
      "boot.x",
      "boot-x",
      "boot/x",
      "boot x",
      "boots",
      "boo",
      "b",
      "",
      "Boot",
      "é",
    ];
    for (const [at, path] of [...paths, null].entries()) {
      const text = path === null ? "null" : `'${path}'`;
      await on.database.query(
        `insert into tests (id, origin, build_id, path) values ('o:${at}', 'o', 'o:b', ${text})`,
      );
    }
    const isBoot = ownText(isBootOfMany(on.reader.dialect));
    const rows = await on.reader.query(
      sql`select t.path as path from tests t where ${isBoot} order by t.id`,
    );
    expect(rows.map(({ path }) => path)).toEqual(paths.filter(isBootPath));
  });
});

describe.each(kinds)("a field of JSON on $name", (kind) => {
  test("is one of some texts, however it is spelled", async () => {
    await using on = await withFields(kind, [...spelled, ...others]);
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

  test("has a part, however it is spelled", async () => {
    await using on = await withFields(kind, [...spelled, ...others, ...respelled]);
    const { dialect } = on.reader;
    const field = jsonField("misc", "a");
    for (const part of parts) {
      const plain = dialect.contains(field.expression(dialect), part);
      const [found, wanted] = [containsText(field, part, dialect), plain].map((where) =>
        on.reader.query(sql`select id from checkouts where ${where} order by id`),
      );
      expect([part, await found]).toEqual([part, (await wanted) ?? []]);
    }
  });

  test("is found in a great many rows as it is in one", async () => {
    await using on = await withFields(kind, [...spelled, ...others, ...respelled]);
    const { dialect } = on.reader;
    const odd = [
      '{"a":"board"}',
      '{"a":"board","a":"other"}',
      '{"a":"bo\\u0061rd"}',
      '{"a":""}',
      '{"a":{"a":"x"},"b":1}',
      '{"a":"=x"}',
      '{"b":"x"}',
      "{}",
    ];
    for (const [at, misc] of odd.entries()) {
      await on.database.query(
        `insert into checkouts (id, origin, misc) values ('p:${at}', 'o', '${misc}')`,
      );
    }
    const { expression, read } = dialect.fieldOfMany("misc", "a");
    const rows = await on.reader.query(
      sql`select ${ownText(expression)} as many, ${ownText(dialect.fieldText("misc", "a"))} as one from checkouts`,
    );
    expect(rows.map(({ many }) => read(many))).toEqual(rows.map(({ one }) => one as string | null));
    expect(rows.filter(({ one }) => one === null)).not.toBeEmpty();
  });
});
