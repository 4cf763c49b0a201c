import { expect, test } from "bun:test";
import { kinds } from "../databases.ts";
import { setScene } from "./scene.ts";
import { isFull, sweep, tell } from "./sweep.ts";

/** Real processes and servers, on machines that others use, too. */
const timeoutMs = isFull ? 3_600_000 : 120_000;

const cases = kinds.flatMap((kind) =>
  [1, 3].map((workers) => ({ kind, name: kind.name, workers })),
);

test.each(cases)(
  "a kill at any step loses and doubles nothing: $name, $workers workers",
  async (one) => {
    await using scene = await setScene(one.kind);
    const swept = await sweep(scene, { workers: one.workers, what: ["SIGKILL"], sample: 10 });
    tell(`kill sweep, ${one.name}, ${one.workers} workers`, swept);
    // The last run of a sweep is the one that met no kill.
    expect(swept.runs).toBeGreaterThan(isFull ? swept.steps / 2 : 7);
  },
  timeoutMs,
);
