import { roomIn } from "../base/memory-budget.ts";
import { CrashGuard } from "../guard/crash-guard.ts";
import { MemoryGuard } from "../guard/memory-guard.ts";
import { backoffMs } from "../outages/backoff.ts";
import { HeldRefusals } from "../outages/held-refusals.ts";
import { Outages } from "../outages/outages.ts";
import { reportFault } from "../worker/report-fault.ts";
import { type PoolEvents, WorkerPool } from "../worker/worker-pool.ts";
import { BatchSize } from "./batch-size.ts";
import { Dispatcher } from "./dispatcher.ts";
import { FileMover } from "./file-mover.ts";
import { Ledger } from "./ledger.ts";
import { OutcomeHandler } from "./outcome-handler.ts";
import type { ServiceOptions } from "./service-options.ts";
import { SpoolScanner } from "./spool-scanner.ts";

/** The parts of a service. */
export type ServiceParts = ReturnType<typeof assembleParts>;

interface Wiring {
  readonly stopping: AbortSignal;
  readonly pool: PoolEvents;
  /** There may be something to do. */
  onHint(): void;
}

/** Makes the parts of a service, each with those that it needs. Throws `SpoolFault`. */
export function assembleParts(options: ServiceOptions, wiring: Wiring) {
  const { events, spool, lock, intervalMs, emptyMs, batch, maxMemoryBytes } = options;
  const { stopping, onHint } = wiring;
  const ledger = new Ledger({ emptyMs, unfinishedMs: 2 * intervalMs, backoffMs });
  const crashes = new CrashGuard({
    root: spool.root,
    pauseMs: options.crashPauseMs,
    isOurs: () => lock.isHeld,
    onFault: (cause) => events.onFault?.(reportFault(cause)),
  });
  const outages = new Outages(events);
  const shared = { spool, events, ledger, crashes, outages, lock, stopping };
  const held = new HeldRefusals(ledger, events);
  const mover = new FileMover({ ...shared, outage: outages.moves, onHint });
  const outcomes = new OutcomeHandler({ ...shared, mover, held });
  const pool = new WorkerPool(options.pool, wiring.pool);
  const memory = new MemoryGuard(batch.maxBytes, maxMemoryBytes);
  const batchSize = new BatchSize(batch, roomIn(maxMemoryBytes), options.pool.maxWorkers);
  const onProgress = (found: number) => pool.warmUp(1 + found / batchSize.limits.maxFiles);
  const scanner = new SpoolScanner({ ...shared, outcomes, intervalMs, onHint, onProgress });
  const dispatcher = new Dispatcher({ ...shared, mover, scanner, pool, memory, batchSize });
  return { ledger, crashes, outages, held, mover, outcomes, scanner, pool, dispatcher };
}
