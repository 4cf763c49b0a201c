import { Fault, type FaultDetails } from "../base/fault.ts";

/**
 * Whom a failure speaks against:
 * - `server`: it would happen to any text, so each one counts for the circuit breaker;
 * - `text`: this one is locked or the server asks for patience; it counts once, when given up.
 */
export type StorageBlame = "server" | "text";

/** What a fault of the storage server says beside its message. */
export interface StorageFaultDetails extends FaultDetails {
  /** Whether the same call may succeed a little later. */
  readonly retry: boolean;
  readonly blame: StorageBlame;
  /** How long the server asked to be left alone. */
  readonly retryAfterMs?: number | undefined;
}

/** What went wrong between this process and the storage server; never holds the token. */
export class StorageFault extends Fault {
  override readonly name = "StorageFault";
  readonly retry: boolean;
  readonly blame: StorageBlame;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, details: StorageFaultDetails) {
    super(message, details);
    this.retry = details.retry;
    this.blame = details.blame;
    this.retryAfterMs = details.retryAfterMs;
  }
}
