import { expect, test } from "bun:test";
import type { Row, Value } from "../../../src/rows/row.ts";
import type { Table } from "../../../src/rows/table.ts";
import { tables, tests } from "../../../src/rows/tables.ts";
import { TextList } from "../../../src/rows/text-list.ts";
import { encodeRows } from "../../../src/store/postgres/encode-rows.ts";

const headerBytes = 19;

/** The fields of all rows as bytes, taken apart as the server does it. */
function fieldsOf(table: Table, rows: readonly Row[]): (Buffer | null)[][] {
  const bytes = Buffer.concat(Array.from(encodeRows(table, rows), (chunk) => Buffer.from(chunk)));
  expect(bytes.toString("latin1", 0, 11)).toBe("PGCOPY\n\xff\r\n\0");
  const found: (Buffer | null)[][] = [];
  let at = headerBytes;
  for (let count = bytes.readInt16BE(at); count !== -1; count = bytes.readInt16BE(at)) {
    at += 2;
    const row: (Buffer | null)[] = [];
    for (let place = 0; place < count; place++) {
      const length = bytes.readInt32BE(at);
      at += 4;
      row.push(length === -1 ? null : bytes.subarray(at, at + length));
      at += Math.max(length, 0);
    }
    found.push(row);
  }
  expect(at + 2).toBe(bytes.length);
  return found;
}

/** A row of a table that has a value in one column only. */
function rowWith(table: Table, column: string, value: Value): Row {
  const row: Row = table.written.map(() => null);
  row[table.at(column)] = value;
  return row;
}

/** The bytes of that value. */
function encoded(table: Table, column: string, value: Value): Buffer {
  const [row = []] = fieldsOf(table, [rowWith(table, column, value)]);
  expect(row.filter((field) => field !== null)).toHaveLength(1);
  return row[table.at(column)] ?? Buffer.alloc(0);
}

function columnOf(type: string): [Table, string] {
  for (const table of tables) {
    const column = table.written.find((one) => one.type === type);
    if (column) return [table, column.name];
  }
  throw new Error(`no column is ${type}`);
}

test("a text is its UTF-8, whatever its characters take", () => {
  for (const text of ["", "boot", "ä", "日本語", "😀😀", "x".repeat(300_000)]) {
    expect(encoded(tests, "path", text).toString()).toBe(text);
  }
});

test("JSON is its text after the version of the format", () => {
  expect(encoded(tests, "misc", '{"ä":1}')).toEqual(Buffer.from('\x01{"ä":1}'));
});

test("numbers and booleans are big-endian", () => {
  const [integers, integer] = columnOf("integer");
  expect(encoded(integers, integer, -2).toString("hex")).toBe("fffffffe");
  const [doubles, double] = columnOf("double");
  expect(encoded(doubles, double, 1.5).toString("hex")).toBe("3ff8000000000000");
  const [booleans, boolean] = columnOf("boolean");
  expect(encoded(booleans, boolean, true).toString("hex")).toBe("01");
  expect(encoded(booleans, boolean, false).toString("hex")).toBe("00");
});

test("a list of texts has its dimension, or none when it is empty", () => {
  const [table, column] = columnOf("text[]");
  expect(encoded(table, column, []).toString("hex")).toBe("000000000000000000000019");
  const two = encoded(table, column, ["a", "日"]).toString("hex");
  const dimension = ["00000001", "00000000", "00000019", "00000002", "00000001"];
  const items = ["00000001", "61", "00000003", "e697a5"];
  expect(two).toBe([...dimension, ...items].join(""));
});

test("a time is its microseconds since 2000, over all years", () => {
  const [table, column] = columnOf("timestamp");
  const times = [
    ["2000-01-01T00:00:00.000000Z", 0n],
    ["2000-01-01T00:00:01.000001Z", 1_000_001n],
    ["1999-12-31T23:59:59.999999Z", -1n],
    ["0001-01-01T00:00:00.000000Z", -63_082_281_600_000_000n],
    ["9999-12-31T23:59:59.999999Z", 252_455_615_999_999_999n],
  ] as const;
  for (const [time, micros] of times) {
    expect(encoded(table, column, time).readBigInt64BE()).toBe(micros);
  }
  const rows = [...times, ...times].flatMap(([time]) => {
    const row = rowWith(table, column, time);
    return [row, row];
  });
  const read = fieldsOf(table, rows).map((row) => row[table.at(column)]?.readBigInt64BE());
  expect(read).toEqual([...times, ...times].flatMap(([, micros]) => [micros, micros]));
});

test("rows that fill many chunks, and one that is larger than a chunk, are not cut", () => {
  const texts = Array.from({ length: 4_000 }, (_, place) => `${place}: ${"ä".repeat(place % 97)}`);
  texts.splice(1_000, 0, "日".repeat(200_000));
  const rows = texts.map((text) => rowWith(tests, "id", text));
  const read = fieldsOf(tests, rows).map((row) => row[tests.at("id")]?.toString());
  expect(read).toEqual(texts);
});

test("a long list of texts that is kept as JSON takes the bytes of any other", () => {
  const texts = ["", ",", '","', "a\n", "é😀", ...Array(1_000).fill("v6.18")];
  const list = new TextList(JSON.stringify(texts), texts.length);
  const bytes = encoded(tests, "environment_compatible", list);
  expect(bytes).toEqual(encoded(tests, "environment_compatible", texts));
  expect(encoded(tests, "environment_compatible", new TextList("[]", 0))).toEqual(
    encoded(tests, "environment_compatible", []),
  );
});

test("values that are longer than a chunk arrive piece by piece, as they are", () => {
  const long = "😀é☃x".repeat(60_001);
  const list = [...Array(30_000).fill('a\n\u0001\\"'), long, "", `x${long}`, "z".repeat(131_000)];
  const json = JSON.stringify({ a: `y${long}` });
  const row = rowWith(tests, "environment_compatible", list);
  row[tests.at("misc")] = json;
  row[tests.at("comment")] = `xy${long}`;
  row[tests.at("id")] = "a:1";
  const short = rowWith(tests, "id", "a:2");
  for (const before of [0, 1, 5_000]) {
    const fields = fieldsOf(tests, [...Array(before).fill(short), row, short]);
    expect(fields).toHaveLength(before + 2);
    const found = fields[before] ?? [];
    expect(found[tests.at("comment")]?.equals(Buffer.from(`xy${long}`))).toBe(true);
    expect(found[tests.at("misc")]?.equals(Buffer.from(`\x01${json}`))).toBe(true);
    const array = found[tests.at("environment_compatible")] as Buffer;
    expect(textsOf(array)).toEqual(list);
    expect(found[tests.at("id")]?.toString()).toBe("a:1");
    expect(fields.at(-1)?.[tests.at("id")]?.toString()).toBe("a:2");
  }
  const kept = rowWith(
    tests,
    "environment_compatible",
    new TextList(JSON.stringify(list), list.length),
  );
  expect(
    textsOf(fieldsOf(tests, [kept])[0]?.[tests.at("environment_compatible")] as Buffer),
  ).toEqual(list);
});

/** The texts of an array as the server reads them. */
function textsOf(array: Buffer): string[] {
  const texts: string[] = [];
  expect(array.readInt32BE(12)).toBeGreaterThan(0);
  for (let at = 20; at < array.length; ) {
    const length = array.readInt32BE(at);
    texts.push(array.toString("utf8", at + 4, at + 4 + length));
    at += 4 + length;
  }
  expect(texts).toHaveLength(array.readInt32BE(12));
  return texts;
}
