import { describe, expect, test } from "bun:test";
import type { RowSet, Value } from "../../src/rows/row.ts";
import type { Column, Table } from "../../src/rows/table.ts";
import { builds, checkouts, issues, tables, tests } from "../../src/rows/tables.ts";
import { TextList } from "../../src/rows/text-list.ts";
import { sharedStore } from "./shared-store.ts";
import { storeKinds } from "./store-kinds.ts";
import { readStored, rowOf, rowSet } from "./stored.ts";

const awkward =
  "quote ' \" back\\slash \\N \\. tab\t line\nreturn\r {a,b} $1 😀 é\u0301 \u{10ffff}";

/** Three values for every type: a plain one, and the extremes. */
function sampleOf(column: Column, at: number): Value {
  const { maxLength } = column;
  const pick = (values: readonly Value[]): Value => values[at] ?? null;
  switch (column.type) {
    case "text":
      return pick([`plain ${column.name}`, awkward, "x".repeat(2000)]);
    case "varchar":
      return pick([
        `${column.name}`.slice(0, maxLength),
        [...awkward].slice(0, maxLength).join(""),
        "😀".repeat(maxLength ?? 0),
      ]);
    case "json":
      return pick(['{"a":[1,null,true]}', JSON.stringify({ [awkward]: awkward }), "{}"]);
    case "text[]":
      return pick([["one", "two"], [awkward, "", "NULL", "null", "{}", ","], []]);
    case "integer":
      return pick([7, 2 ** 31 - 1, 0]);
    case "double":
      return pick([1.5, Number.POSITIVE_INFINITY, 5e-324]);
    case "boolean":
      return pick([true, false, true]);
    case "timestamp":
      return pick([
        "2025-07-17T10:11:31.123456Z",
        "0001-01-01T00:00:00.000000Z",
        "9999-12-31T23:59:59.999999Z",
      ]);
    default:
      throw new Error(`no sample of ${column.type}`);
  }
}

/** An indexed text must stay short enough for its index, and the key must tell rows apart. */
function filledRows(table: Table): Record<string, Value>[] {
  const rows = [0, 1, 2].map((at) =>
    Object.fromEntries(table.written.map((column) => [column.name, sampleOf(column, at)])),
  );
  for (const [at, row] of rows.entries()) {
    for (const name of Object.keys(row)) {
      const value = row[name];
      if (typeof value === "string" && value.length > 1000 && isIndexed(table, name)) {
        row[name] = value.slice(0, 200);
      }
    }
    for (const name of table.conflict.on) {
      if (typeof row[name] === "string") row[name] = [...`${at}${row[name]}`].slice(0, 90).join("");
    }
  }
  return rows;
}

function isIndexed(table: Table, column: string): boolean {
  const keys = [
    ...Object.values(table.unique).flatMap(({ columns }) => columns),
    ...Object.values(table.indexes).flatMap((index) => index.keys),
  ];
  return keys.includes(column);
}

/** What a column holds after a value was written to it. */
function expected(table: Table, row: Record<string, Value>): Record<string, unknown> {
  const entries = table.columns
    .filter((column) => !column.identity && !column.md5Of)
    .map(({ name, type }) => {
      const value = row[name] ?? null;
      return [name, type === "json" && value !== null ? JSON.parse(value as string) : value];
    });
  return Object.fromEntries(entries);
}

describe.each(storeKinds)("the columns of a store on $name", (kind) => {
  const shared = sharedStore(kind);

  test("every column of every table holds plain and extreme values unchanged", async () => {
    const prepared = shared();
    const samples = new Map(tables.map((table) => [table, filledRows(table)]));
    const rows: RowSet = new Map(
      [...samples].map(([table, list]) => [table, list.map((row) => rowOf(table, row))]),
    );
    await prepared.store.write(rows);
    for (const [table, list] of samples) {
      const stored = await readStored(prepared.database, table);
      expect(stored).toHaveLength(list.length);
      for (const row of list) {
        expect(stored).toContainEqual(expect.objectContaining(expected(table, row)));
      }
    }
  });

  test("every nullable column of every table holds NULL", async () => {
    const prepared = shared();
    const rows: RowSet = new Map();
    for (const table of tables) {
      const required = table.written.filter((column) => !column.nullable);
      const values = required.map((column) => [column.name, sampleOf(column, 0)] as const);
      rows.set(table, [rowOf(table, Object.fromEntries(values))]);
    }
    await prepared.store.write(rows);
    for (const table of tables) {
      const [stored] = await readStored(prepared.database, table);
      const nullable = table.written.filter((column) => column.nullable);
      for (const { name } of nullable) {
        expect(`${table.name}.${name}: ${stored?.[name]}`).toBe(`${table.name}.${name}: null`);
      }
    }
  });

  test("a list of texts that is kept as JSON is stored as any other", async () => {
    const prepared = shared();
    const texts = [awkward, "", "NULL", ",", ...Array.from({ length: 20_000 }, (_, at) => `${at}`)];
    const list = new TextList(JSON.stringify(texts), texts.length);
    const row = { id: "a:1", version: 1, origin: "a", categories: list };
    await prepared.store.write(rowSet(issues, row));
    const [stored] = await readStored(prepared.database, issues);
    expect(stored?.categories).toEqual(texts);
  });

  test("numbers inside JSON keep their exact value", async () => {
    const prepared = shared();
    const misc = '{"n": 9007199254740993, "d": 0.1000000000000000055, "m": -12345678901234567890}';
    await prepared.store.write(rowSet(issues, { id: "a:1", version: 1, origin: "a", misc }));
    const [row] = await prepared.database.query(
      "select cast(misc ->> 'n' as text) as n from issues",
    );
    const [text] = await prepared.database.query("select cast(misc as text) as misc from issues");
    expect(String(text?.misc)).toContain("9007199254740993");
    expect(String(text?.misc)).toContain("0.1000000000000000055");
    expect(String(text?.misc)).toContain("-12345678901234567890");
    expect(row?.n).toBe("9007199254740993");
  });

  test("series is the MD5 of configuration, compiler and architecture, absent ones empty", async () => {
    const prepared = shared();
    const base = { origin: "a", checkout_id: "a:c" };
    await prepared.store.write(
      rowSet(
        builds,
        { ...base, id: "a:1", config_name: "def", compiler: "gcc-12", architecture: "x86" },
        { ...base, id: "a:2", architecture: "é😀" },
        { ...base, id: "a:3" },
      ),
    );
    const md5 = (text: string) => new Bun.CryptoHasher("md5").update(text).digest("hex");
    const series = (await readStored(prepared.database, builds)).map((row) => row.series);
    expect(series).toEqual([md5("defgcc-12x86"), md5("é😀"), md5("")]);
  });

  test("a nested field can be read with ->> alike", async () => {
    const prepared = shared();
    await prepared.store.write(
      rowSet(tests, {
        id: "a:1",
        origin: "a",
        build_id: "a:b",
        environment_misc: '{"platform": "rpi \\"4\\""}',
      }),
    );
    const sql = "select environment_misc ->> 'platform' as platform from tests";
    expect((await prepared.database.query(sql)).map((row) => row.platform)).toEqual(['rpi "4"']);
  });

  test("many rows go in at once, also when one of them is several megabytes", async () => {
    const prepared = shared();
    const many = Array.from({ length: 3_000 }, (_, at) => ({
      id: `a:${at}`,
      origin: "a",
      comment: at === 1_500 ? "é\n".repeat(2_000_000) : `comment ${at}`,
    }));
    await prepared.store.write(rowSet(checkouts, ...many));
    const [count] = await prepared.database.query(
      "select count(*) as n, max(length(comment)) as longest from checkouts",
    );
    expect([Number(count?.n), Number(count?.longest)]).toEqual([3_000, 4_000_000]);
  });
});
