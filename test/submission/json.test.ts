import { describe, expect, test } from "bun:test";
import { linesAndColumns } from "../../src/submission/json/line-column.ts";
import { locate } from "../../src/submission/json/locate.ts";
import { locateBytes } from "../../src/submission/json/locate-bytes.ts";
import { scan } from "../../src/submission/json/scan.ts";
import { Random } from "./fuzz/random.ts";

describe("a scan", () => {
  test.each([
    ['{"a":[1,-2.5e3,{"b":"x\\u0041"}],"c":true,"d":null}', undefined],
    ["  ", { kind: "cut-off", offset: 2 }],
    ['{"a":"b', { kind: "cut-off", offset: 7 }],
    ['{"a":tru', { kind: "cut-off", offset: 8 }],
    ['["\\u00', { kind: "cut-off", offset: 6 }],
    ["[1.]", { kind: "not-json", offset: 1 }],
    ["[01]", { kind: "not-json", offset: 1 }],
    ["[1}", { kind: "not-json", offset: 2 }],
    ['{"a":}', { kind: "not-json", offset: 5 }],
    ["\u00a0{}", { kind: "not-json", offset: 0 }],
    ["[[[[]]]]", { kind: "too-deep", offset: 3 }],
  ])("of %s tells %o", (text, problem) => {
    const found = scan(text, 3);
    if (problem) expect(found).toMatchObject(problem);
    else expect(found).toBeUndefined();
  });
});

describe("a location", () => {
  const text = '{"a":[1,{"b":2,"b":3}],\n"a":[0,{"b": 5}]}';
  const at = (...path: (string | number)[]) => locate(text, [path], 10).locations[0];

  test("is that of the last of equal fields", () => {
    expect(at("a", 1, "b")).toEqual({
      key: text.indexOf('"b": 5'),
      value: text.indexOf("5}"),
      exact: true,
    });
  });

  test("of something that is not there is that of what would hold it", () => {
    expect(at("a", 1, "c", 7)).toEqual({
      key: text.lastIndexOf("{"),
      value: text.lastIndexOf("{"),
      exact: false,
    });
    expect(at()).toMatchObject({ value: 0, exact: true });
  });

  test("is the same in a text that is known to be JSON, and in its bytes, where what is not wanted is skipped", () => {
    const values = [
      '[1,{"z":["]"]}]',
      '{"]}":"\\"}","b":[[]]}',
      '"\\\\"',
      "[]",
      "{}",
      "null",
      '"a"',
      " -1.5e3 ",
      '"é😀\\""',
    ];
    const random = new Random(20261128);
    for (let run = 0; run < 500; run++) {
      const any = () => random.pick(values);
      const name = () =>
        random.pick(["a", "b", "\\u0061", "c", "é", "\\u00e9", "\\ud800", "�", ""]);
      const object = () => `{"${name()}": ${any()} ,"${name()}":${any()}}`;
      const drawn = `[${any()},${object()}, ${random.pick([any(), object()])},{"a":${object()},"a":${object()}}]`;
      const paths = [
        [1],
        [1, "a"],
        [2],
        [2, "b", 1],
        [3, "a"],
        [3, "a", "b"],
        [3, "a", "b", 0],
        [1, "é"],
        [1, "\ud800"],
        [2, "�"],
        [2, ""],
        [7],
      ];
      const wanted = paths.filter(() => random.chance(0.5));
      const { locations } = locate(drawn, wanted, Infinity);
      expect(locations).toEqual(locate(drawn, wanted, 1_000).locations);
      const toByte = (offset: number) => Buffer.byteLength(drawn.slice(0, offset));
      const inBytes = locations.map(({ key, value, exact }) =>
        value === 0 ? undefined : { key: toByte(key), value: toByte(value), exact },
      );
      expect(locateBytes(Buffer.from(drawn), wanted, false)).toEqual(inBytes);
      const asList = inBytes.map(
        (one) => one && { ...one, key: one.key - 1, value: one.value - 1 },
      );
      expect(locateBytes(Buffer.from(drawn).subarray(1, -1), wanted, true)).toEqual(asList);
    }
  });

  test("is told as line and column, counted in characters", () => {
    const lines = '{\n"😀": "é", "x": 1}';
    expect(linesAndColumns(lines, [lines.indexOf("1"), 0, lines.indexOf("é")])).toEqual([
      { line: 2, column: 16 },
      { line: 1, column: 1 },
      { line: 2, column: 7 },
    ]);
  });
});
