interface BackoffOptions {
  /** The first span, in milliseconds. */
  firstMs?: number;
  /** No span is longer. */
  maxMs?: number;
  random?: () => number;
}

/**
 * How long to wait after a number of tries: 0.1 s, then twice as long each time up to a minute, each drawn from
 * the upper half of the span so that many services do not come at once.
 */
export function backoffMs(
  tries: number,
  { firstMs = 100, maxMs = 60_000, random = Math.random }: BackoffOptions = {},
): number {
  return Math.min(firstMs * 2 ** Math.min(tries, 30), maxMs) * (0.5 + random() / 2);
}

/** Spaces tries of one thing by `backoffMs`. Never gives up. */
export class Backoff {
  readonly #options: BackoffOptions;
  #tries = 0;

  constructor(options: BackoffOptions = {}) {
    this.#options = options;
  }

  get tries(): number {
    return this.#tries;
  }

  /** How long to wait before the next try, in milliseconds. */
  nextMs(): number {
    return backoffMs(this.#tries++, this.#options);
  }

  /** It worked: the next failure begins anew. */
  reset(): void {
    this.#tries = 0;
  }
}
