import { Backoff } from "./backoff.ts";
import type { FaultReport } from "./lane-protocol.ts";
import type { ServiceEvents } from "./service-events.ts";

/** A database, or the folder of the spool, that fails: since when, why, and when to try again. */
export class Trouble {
  readonly #backoff = new Backoff();
  readonly #events: ServiceEvents;
  #fault: FaultReport | undefined;
  #sinceMs = 0;
  #retryAtMs = 0;

  constructor(events: ServiceEvents) {
    this.#events = events;
  }

  /** The last fault, as long as nothing has worked since. */
  get fault(): FaultReport | undefined {
    return this.#fault;
  }

  /** When to try again, on the clock of `performance.now()`. */
  get retryAtMs(): number {
    return this.#fault ? this.#retryAtMs : 0;
  }

  /** How long it has lasted, in milliseconds. */
  get lastedMs(): number {
    return this.#fault ? performance.now() - this.#sinceMs : 0;
  }

  report(fault: FaultReport): void {
    if (!this.#fault) this.#sinceMs = performance.now();
    this.#fault = fault;
    this.#retryAtMs = performance.now() + this.#backoff.nextMs();
    this.#events.onFault?.(fault);
  }

  /** It worked. */
  end(): void {
    if (!this.#fault) return;
    this.#fault = undefined;
    this.#backoff.reset();
    this.#events.onRecovered?.();
  }
}
