import { expect, test } from "bun:test";
import { endOfText } from "../../src/submission/json/bytes.ts";
import { Random } from "./fuzz/random.ts";

/** The same, one byte after the other. */
function endByBytes(piece: Uint8Array, from: number): number {
  let i = from;
  while (i < piece.length) {
    if (piece[i] === 0x22) return i + 1;
    i += piece[i] === 0x5c ? 2 : 1;
  }
  return i > piece.length ? -2 : -1;
}

test("the end of a text is found however long it is and whatever is escaped in it", () => {
  for (let run = 0; run < 5_000; run++) {
    const random = new Random(run);
    const length = random.below(200);
    const parts = Array.from({ length }, () =>
      random.chance(0.15) ? random.pick(["\\", "\\\\", '\\"', '"']) : "x",
    );
    const piece = Buffer.from(parts.join(""));
    const from = random.below(piece.length + 1);
    expect([run, endOfText(piece, from)]).toEqual([run, endByBytes(piece, from)]);
  }
});
