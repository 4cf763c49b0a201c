import type { BatchLimits } from "../ingest/file-queue.ts";
import { storeTimeouts } from "./store-timeouts.ts";

interface ServiceLimits {
  /** What goes into one transaction at most. */
  batch: BatchLimits;
  /** With `--once`: how long an outage may last before the program gives up. */
  patienceMs: number;
  /** How long a worker may give no sign of life. */
  silenceMs: number;
  /** How long a file that was in hand when the program was ended waits for others at most, for each time. */
  crashPauseMs: number;
  /** How long a file must have been empty to leave the spool. */
  emptyMs: number;
  /** How long the last refusals may take to be told: at the end of `--once`, and after a signal. */
  hookPatienceMs: number;
  hookStopMs: number;
}

/** How much the service does at once, and how long it waits. */
export const serviceLimits: ServiceLimits = {
  batch: { maxFiles: 8_000, maxBytes: 8 << 20 },
  patienceMs: 10_000,
  silenceMs: 2 * storeTimeouts.statementTimeoutMs,
  crashPauseMs: 10_000,
  emptyMs: 60_000,
  hookPatienceMs: 30_000,
  hookStopMs: 1_500,
};
