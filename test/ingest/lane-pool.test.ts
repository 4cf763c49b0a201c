import { expect, test } from "bun:test";
import { LanePool } from "../../src/ingest/lane-pool.ts";
import type { BatchResult, LaneConfig, ToLane } from "../../src/ingest/lane-protocol.ts";

/** A thread whose answers the test gives. */
class StandIn extends EventTarget {
  onmessage?: (event: { data: unknown }) => void;
  batches = 0;

  postMessage(message: ToLane): void {
    if (message.kind === "batch") this.batches++;
  }

  answer(result: BatchResult): void {
    this.onmessage?.({ data: { kind: "done", result } });
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
  const pool = new LanePool({
    spawn: () => {
      threads.push(new StandIn());
      return threads.at(-1) as unknown as Worker;
    },
    lane: {} as LaneConfig,
    maxLanes: 3,
    parallelWrites: 3,
    silenceMs: 60_000,
    onDone: () => {},
    onDeath: () => {},
  });
  return { pool, threads, [Symbol.dispose]: () => pool[Symbol.dispose]() };
}

test("a lane whose database is well has the next batch before those that got no connection", () => {
  using open = openPool();
  for (let lane = 0; lane < 3; lane++) open.pool.ingest([]);
  for (const [lane, thread] of open.threads.entries()) thread.answer(lane === 1 ? well : failed);

  for (let turn = 0; turn < 5; turn++) {
    open.pool.ingest([]);
    open.threads[1]?.answer(well);
  }

  expect(open.threads.map((thread) => thread.batches)).toEqual([1, 6, 1]);
});

test("where the databases of all lanes failed, each has its turn", async () => {
  using open = openPool();
  for (let lane = 0; lane < 3; lane++) open.pool.ingest([]);
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
