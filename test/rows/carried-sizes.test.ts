import { expect, test } from "bun:test";
import { parseExactly } from "../../src/base/raw-json.ts";
import { sizeInJsonb, textLengthInJsonb } from "../../src/rows/carried-sizes.ts";
import { jsonbBytes, jsonbLimits, jsonbTextLength } from "../../src/rows/jsonb.ts";
import { Carried } from "../../src/submission/carried/carried.ts";
import { compact } from "../../src/submission/carried/compact.ts";
import { drawMisc } from "../prepare/large/draw-misc.ts";
import { Random } from "../submission/fuzz/random.ts";

function carry(text: string): Carried | undefined {
  const bytes = Buffer.from(text);
  const found = compact(bytes);
  if (typeof found === "string" || bytes[0] !== 0x7b) return undefined;
  return new Carried(bytes.subarray(0, found.length), []);
}

test("what is carried has the size in jsonb, as such and as text, that it has when it is parsed", () => {
  let compared = 0;
  for (let run = 0; run < 3_000; run++) {
    const text = drawMisc(new Random(run));
    const carried = carry(text);
    if (!carried) continue;
    compared++;
    const { bytes, hasCrowd } = sizeInJsonb(carried);
    const parsed = parseExactly(text);
    expect([run, bytes, hasCrowd]).toEqual([run, jsonbBytes(parsed), false]);
    expect([run, textLengthInJsonb(carried)]).toEqual([run, jsonbTextLength(parsed)]);
  }
  expect(compared).toBeGreaterThan(1_000);
});

test("a crowd in what is carried is found", () => {
  const crowd = (item: string, count: number) => `${`${item},`.repeat(count)}${item}`;
  const list = carry(`{"a":[${crowd("1", jsonbLimits.listMembers)}]}`);
  expect(list && sizeInJsonb(list).hasCrowd).toBe(true);
  const few = carry(`{"a":[${crowd("1", 1_000)}]}`);
  expect(few && sizeInJsonb(few).hasCrowd).toBe(false);
});
