/**
 * Spaces tries: 0.1 s, then twice as long each time up to a bound, each drawn from the upper half of
 * the span so that many services do not come at once. Never gives up.
 */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  readonly #random: () => number;
  #tries = 0;

  constructor(options: { firstMs?: number; maxMs?: number; random?: () => number } = {}) {
    this.#firstMs = options.firstMs ?? 100;
    this.#maxMs = options.maxMs ?? 60_000;
    this.#random = options.random ?? Math.random;
  }

  get tries(): number {
    return this.#tries;
  }

  /** How long to wait before the next try, in milliseconds. */
  nextMs(): number {
    const spanMs = Math.min(this.#firstMs * 2 ** Math.min(this.#tries, 30), this.#maxMs);
    this.#tries++;
    return spanMs * (0.5 + this.#random() / 2);
  }

  /** It worked: the next failure begins anew. */
  reset(): void {
    this.#tries = 0;
  }
}
