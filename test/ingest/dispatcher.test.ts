import { expect, test } from "bun:test";
import { CrashGuard } from "../../src/guard/crash-guard.ts";
import { MemoryGuard } from "../../src/guard/memory-guard.ts";
import { BatchSize } from "../../src/ingest/batch-size.ts";
import { Dispatcher } from "../../src/ingest/dispatcher.ts";
import type { FileEvent } from "../../src/ingest/file-state.ts";
import { Ledger } from "../../src/ingest/ledger.ts";
import { Outages } from "../../src/outages/outages.ts";
import type { SpoolFile } from "../../src/spool/spool.ts";
import type { WorkerPool } from "../../src/worker/worker-pool.ts";
import { temporaryFolder } from "../temporary.ts";

/** The sizes of the batches that go out, where each is decided before the next, of 100 files at most 3 at once. */
function batchesOf(root: string, suspicion: "none" | "suspected"): number[] {
  const limits = { maxFiles: 3, maxBytes: 1_000_000 };
  const ledger = new Ledger({ emptyMs: 0, unfinishedMs: 0, backoffMs: () => 0 });
  const crashes = new CrashGuard({ root, pauseMs: 0, isOurs: () => true, onFault: () => {} });
  const [handed, sizes]: [SpoolFile[][], number[]] = [[], []];
  const pool = {
    hasRoom: true,
    ingest: (files: readonly SpoolFile[]) => handed.push([...files]),
    probe: () => {},
  } as unknown as WorkerPool;
  const dispatcher = new Dispatcher({
    ...{
      ledger,
      crashes,
      pool,
      outages: new Outages({}),
      memory: new MemoryGuard(1_000_000, 1 << 30),
    },
    ...{
      batchSize: new BatchSize(limits, () => true),
      lock: { isHeld: true },
      mover: { moving: 0 },
      scanner: { feed: () => {} },
    },
    stopping: new AbortController().signal,
  });
  for (let number = 0; number < 100; number++) {
    const file = { name: `${number}.json`, bytes: 10, mtimeMs: number, inode: number };
    const found: FileEvent = { kind: "found", file, fresh: false, suspicion };
    ledger.apply(file.name, found);
  }
  while (ledger.open > 0) {
    if (handed.length === 0) dispatcher.dispatch(true);
    const batch = handed.shift();
    if (!batch) throw new Error("nothing is handed out");
    sizes.push(batch.length);
    dispatcher.release(batch, {
      outcomes: batch.map((file) => ({ kind: "ingested", file, rows: 1, version: "5.3" })),
      tally: [],
      timesMs: {},
    });
    for (const file of batch) {
      ledger.apply(file.name, { kind: "ingested", file });
      ledger.apply(file.name, { kind: "gone" });
    }
  }
  return sizes;
}

test.each(["none", "suspected"] as const)(
  "no batch has more files than its limit, suspicion: %s",
  (suspicion) => {
    using folder = temporaryFolder();
    const sizes = batchesOf(folder.path, suspicion);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(100);
    expect(Math.max(...sizes)).toBe(3);
  },
);
