import type { ServiceEvents } from "../events/service-events.ts";
import type { SpoolLock } from "../spool/lock-spool.ts";
import type { Spool } from "../spool/spool.ts";
import type { FaultReport } from "../worker/protocol.ts";
import type { PoolOptions } from "../worker/worker-pool.ts";
import type { BatchLimits } from "./file-queue.ts";

/** What a service works on, and how. */
export interface ServiceOptions {
  spool: Spool;
  /** While the spool is not ours, no file is begun or moved. */
  lock: Pick<SpoolLock, "keep" | "isHeld">;
  intervalMs: number;
  /** Ingest what is there, then end. */
  once: boolean;
  /** With `once`: how long database or file system may fail before the service gives up. */
  patienceMs: number;
  batch: BatchLimits;
  /** What the process keeps to: batches grow less, and fewer large files are in hand, the less it is. */
  maxMemoryBytes: number;
  /** How long a file that was in hand when the program was ended waits for others at most, for each time. */
  crashPauseMs: number;
  /** An empty file leaves the spool when it has been empty for so long. */
  emptyMs: number;
  pool: PoolOptions;
  events: ServiceEvents;
}

/** How a run of the service ended. */
export interface Ending {
  /** Files that cannot be looked at or read, and were left. */
  unreadable: number;
  /** Why it gave up (`once`): the class decides the exit code. */
  fault?: FaultReport;
}
