import type { WorkerStep } from "./protocol.ts";

/** So long the steps of one file after the other go untold. */
const quietMs = 100;

/** Measures the steps of a batch, and tells of them. */
export interface Stopwatch {
  step(step: WorkerStep): void;
  end(): Partial<Record<WorkerStep, number>>;
}

/** Starts a stopwatch; `onStep` is a sign of life. */
export function stopwatch(onStep: (step: WorkerStep) => void): Stopwatch {
  const timesMs: Partial<Record<WorkerStep, number>> = {};
  let current: WorkerStep | undefined;
  let since = 0;
  let toldMs = 0;
  const stop = () => {
    if (current) timesMs[current] = (timesMs[current] ?? 0) + performance.now() - since;
  };
  return {
    step(step) {
      stop();
      current = step;
      since = performance.now();
      // A message for every small file would keep two threads busy.
      if (step !== "read" && step !== "prepare") toldMs = 0;
      if (since - toldMs < quietMs) return;
      toldMs = since;
      onStep(step);
    },
    end() {
      stop();
      current = undefined;
      return timesMs;
    },
  };
}
