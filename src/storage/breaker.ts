/**
 * - `closed`: calls go through;
 * - `open`: none does, until the pause is over;
 * - `half-open`: one probe is under way, everything else still waits.
 */
export type BreakerState = "closed" | "open" | "half-open";

/** Leave to make one call; `probe` is the single one that decides whether to close again. */
export type Permit = "pass" | "probe";

/** `dropped`: it ended for a reason that is not the server's. */
export type CallOutcome = "ok" | "failed" | "dropped";

/** When calls are no longer let through, and when they are tried again. */
export interface BreakerSettings {
  /** Failures in a row that open it, */
  readonly failures: number;
  /** if they have lasted this long: many calls at once must not take a hiccup for an outage. */
  readonly afterMs: number;
  /** How long it stays open before a probe is let through. */
  readonly openMs: number;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
}

/** A circuit breaker: counts failures, keeps no timers, makes no calls. */
export class Breaker {
  readonly #settings: BreakerSettings;
  #state: BreakerState = "closed";
  #failures = 0;
  #failingSinceMs = Number.POSITIVE_INFINITY;
  #openedAtMs = 0;

  constructor(settings: BreakerSettings) {
    this.#settings = settings;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Whether the pause is over and the next call will be let through as the probe. */
  get isProbeDue(): boolean {
    const { now, openMs } = this.#settings;
    return this.#state === "open" && now() - this.#openedAtMs >= openMs;
  }

  /** Leave to call now, or nothing. A permit taken must be settled. */
  admit(): Permit | undefined {
    if (this.#state === "closed") return "pass";
    if (!this.isProbeDue) return undefined;
    this.#state = "half-open";
    return "probe";
  }

  /**
   * How a permitted call ended.
   * What comes late, from calls that began before it opened, changes nothing.
   *
   * @param tookMs how long the call took
   */
  settle(permit: Permit, outcome: CallOutcome, tookMs: number): void {
    if (permit === "probe") this.#settleProbe(outcome);
    else if (this.#state === "closed") this.#settlePass(outcome, tookMs);
  }

  #settlePass(outcome: CallOutcome, tookMs: number): void {
    if (outcome === "ok") this.#close();
    if (outcome !== "failed") return;
    const { now, failures, afterMs } = this.#settings;
    this.#failures += 1;
    this.#failingSinceMs = Math.min(this.#failingSinceMs, now() - tookMs);
    if (this.#failures >= failures && now() - this.#failingSinceMs >= afterMs) this.#open();
  }

  #settleProbe(outcome: CallOutcome): void {
    if (outcome === "ok") this.#close();
    else if (outcome === "failed") this.#open();
    // The pause was over already: the next call may probe at once.
    else this.#state = "open";
  }

  #close(): void {
    this.#state = "closed";
    this.#failures = 0;
    this.#failingSinceMs = Number.POSITIVE_INFINITY;
  }

  #open(): void {
    this.#state = "open";
    this.#openedAtMs = this.#settings.now();
  }
}
