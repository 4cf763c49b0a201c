import { expect, test } from "bun:test";
import { parseExactly } from "../../../src/base/raw-json.ts";
import { compact } from "../../../src/submission/carried/compact.ts";
import { maxDepth } from "../../../src/submission/parse-text.ts";
import { drawMisc } from "../../prepare/large/draw-misc.ts";
import { Random } from "../fuzz/random.ts";

const runs = 3_000;

/** What comes of a text: compact, or why not. */
function compacted(text: string): string {
  const bytes = Buffer.from(text);
  const found = compact(bytes);
  return typeof found === "string" ? found : bytes.subarray(0, found.length).toString();
}

function written(text: string): string {
  try {
    return JSON.stringify(parseExactly(text));
  } catch {
    return "not-json";
  }
}

test(`${runs} drawn values have the text that parsing and writing them gives`, () => {
  for (let run = 0; run < runs; run++) {
    const text = drawMisc(new Random(run));
    expect([run, compacted(text)]).toEqual([run, written(text)]);
  }
});

test.each([
  ...[
    "",
    " ",
    "1 2",
    "[1",
    "1]",
    '{"a":1,}',
    "[1,]",
    '{"a"}',
    '{"a":}',
    "{1:2}",
    '{"a" 1}',
    "[,1]",
  ],
  ...['"', '"\\x"', '"\\u12g4"', '"a\nb"', "01", "1.", "-", "1e", "+1", "tru", "nul", "NaN", "'a'"],
])("%j is no JSON", (text) => {
  expect(compacted(text)).toBe("not-json");
});

test("values with commas between them are taken one after the other", () => {
  const bytes = Buffer.from(' {"a": 1} ,\n2 , [ ] ');
  expect(compact(bytes)).toEqual({ length: 12, count: 3, hasRepeats: false });
  expect(bytes.toString("latin1", 0, 12)).toBe('{"a":1},2,[]');
});

test("a crowd of names keeps its order, whichever are equal and whichever are numbers", () => {
  const members = Array.from({ length: 20_000 }, (_, n) => {
    const name = n % 3 === 0 ? `${(n * 7919) % 9_000}` : `name ${(n * 31) % 15_000}`;
    return `"${name}":${n}`;
  });
  const text = `{${members.join(", ")}}`;
  expect(compacted(text)).toBe(written(text));
});

test("what is nested too deeply for its places to be noted is left to a parser", () => {
  const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
  expect(compacted(nested(maxDepth))).toBe(nested(maxDepth));
  expect(compacted(nested(maxDepth + 1))).toBe("odd");
});

test("objects within each other that all have their names in another order take no time for each level", () => {
  const nested = (levels: number, inner: string) =>
    `{"1":0,"0":`.repeat(levels) + inner + "}".repeat(levels);
  expect(compacted(nested(20, "[1,{}]"))).toBe(written(nested(20, "[1,{}]")));
  const startUs = process.cpuUsage().user;
  expect(compacted(nested(1_000, `"${"x".repeat(4 << 20)}"`))).toBe("odd");
  const inOrder = ['{"0":1,"1":'.repeat(1_000), `"${"x".repeat(4 << 20)}"`, "}".repeat(1_000)].join(
    "",
  );
  expect(compacted(inOrder) === inOrder).toBe(true);
  expect(process.cpuUsage().user - startUs).toBeLessThan(4_000_000);
});
