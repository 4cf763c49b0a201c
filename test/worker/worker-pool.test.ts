import { expect, test } from "bun:test";
import { packOutcomes } from "../../src/worker/packed-outcomes.ts";
import type { BatchResult, ToWorker, WorkerConfig } from "../../src/worker/protocol.ts";
import { WorkerPool } from "../../src/worker/worker-pool.ts";

/** A thread whose answers the test gives. */
class StandIn extends EventTarget {
  onmessage?: (event: { data: unknown }) => void;
  batches = 0;

  postMessage(message: ToWorker): void {
    if (message.kind === "batch") this.batches++;
  }

  answer(result: BatchResult): void {
    const outcomes = packOutcomes(result.outcomes, []);
    this.onmessage?.({ data: { kind: "done", result: { ...result, outcomes } } });
  }

  terminate(): void {}
}

const well: BatchResult = { outcomes: [], tally: [], timesMs: {} };
const failed: BatchResult = {
  ...well,
  fault: {
    boundary: "StoreFault",
    message: "too many connections",
    class: "transient",
    operation: "write the rows",
  },
};

function openPool() {
  const threads: StandIn[] = [];
  const pool = new WorkerPool(
    {
      spawn: () => {
        threads.push(new StandIn());
        return threads.at(-1) as unknown as Worker;
      },
      worker: {} as WorkerConfig,
      maxWorkers: 3,
      parallelWrites: 3,
      silenceMs: 60_000,
    },
    { onDone() {}, onDeath() {}, onStep() {} },
  );
  return { pool, threads, [Symbol.dispose]: () => pool[Symbol.dispose]() };
}

test("a worker whose database is well has the next batch before those that got no connection", () => {
  using open = openPool();
  for (let worker = 0; worker < 3; worker++) open.pool.ingest([]);
  for (const [worker, thread] of open.threads.entries())
    thread.answer(worker === 1 ? well : failed);

  for (let turn = 0; turn < 5; turn++) {
    open.pool.ingest([]);
    open.threads[1]?.answer(well);
  }

  expect(open.threads.map((thread) => thread.batches)).toEqual([1, 6, 1]);
});

test("where the databases of all workers failed, each has its turn", async () => {
  using open = openPool();
  for (let worker = 0; worker < 3; worker++) open.pool.ingest([]);
  for (const thread of open.threads) {
    thread.answer(failed);
    await Bun.sleep(2);
  }

  for (const thread of [...open.threads, ...open.threads]) {
    open.pool.ingest([]);
    thread.answer(failed);
    await Bun.sleep(2);
  }

  expect(open.threads.map((thread) => thread.batches)).toEqual([3, 3, 3]);
});

test("workers are started beforehand up to a limit, and none after a death until a batch has ended", () => {
  using open = openPool();
  open.pool.warmUp(2.9);
  expect(open.pool.size).toBe(2);
  open.pool.warmUp(100);
  expect(open.pool.size).toBe(3);
  for (const thread of open.threads.slice(0, 2)) thread.dispatchEvent(new Event("close"));
  open.pool.warmUp(3);
  expect(open.pool.size).toBe(1);
  open.pool.ingest([]);
  open.threads[2]?.answer(well);
  open.pool.warmUp(3);
  expect(open.pool.size).toBe(3);
});
