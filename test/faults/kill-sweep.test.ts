import { expect, setDefaultTimeout, test } from "bun:test";
import { kinds } from "../databases.ts";
import { setScene } from "./scene.ts";
import { isFull, sweep } from "./sweep.ts";

setDefaultTimeout(isFull ? 1_200_000 : 60_000);

const cases = kinds.flatMap((kind) => [1, 3].map((lanes) => ({ kind, name: kind.name, lanes })));

test.each(cases)(
  "a kill at any step loses and doubles nothing: $name, $lanes lanes",
  async (one) => {
    await using scene = await setScene(one.kind);
    const swept = await sweep(scene, { lanes: one.lanes, what: ["SIGKILL"], sample: 10 });
    console.log(
      `kill sweep, ${one.name}, ${one.lanes} lanes: ${swept.steps} steps, ${swept.runs} runs`,
    );
    // The last run of a sweep is the one that met no kill.
    expect(swept.runs).toBeGreaterThan(isFull ? swept.steps / 2 : 7);
  },
);
