import type { ServiceEvents } from "../events/service-events.ts";
import type { FaultReport } from "../worker/protocol.ts";
import { Backoff } from "./backoff.ts";

/** Something that fails: since when, why, and when to try again. */
export class Outage {
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

  /** Whether it needs an operator, or has lasted for `patienceMs`. */
  isHopeless(patienceMs: number): boolean {
    if (!this.#fault) return false;
    return this.#fault.class === "operator" || this.lastedMs >= patienceMs;
  }

  /** Notes a failure. What failed together, before the next try is due, counts once. */
  report(fault: FaultReport): void {
    const nowMs = performance.now();
    const isSameTry = this.#fault !== undefined && nowMs < this.#retryAtMs;
    if (!this.#fault) this.#sinceMs = nowMs;
    this.#fault = fault;
    if (isSameTry) return;
    this.#retryAtMs = nowMs + this.#backoff.nextMs();
    this.#events.onFault?.(fault);
  }

  /** It worked. */
  end(): void {
    if (!this.#fault) return;
    const fault = this.#fault;
    this.#fault = undefined;
    this.#backoff.reset();
    this.#events.onRecovered?.(fault);
  }
}
