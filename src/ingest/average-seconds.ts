import type { BatchResult } from "../worker/protocol.ts";
import type { StageSeconds } from "./service-events.ts";

/** What each stage took for one file of a batch, on average, in seconds. */
export function averageSeconds({ timesMs }: BatchResult, files: number): StageSeconds {
  const average = (...ms: (number | undefined)[]) =>
    ms.reduce<number>((sum, one) => sum + (one ?? 0), 0) / 1000 / files;
  return {
    wait: average(timesMs.wait),
    prepare: average(timesMs.read, timesMs.prepare, timesMs.upload),
    write: average(timesMs.write),
  };
}
