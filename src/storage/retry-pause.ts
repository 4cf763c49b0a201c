/** The first and longest pause between tries, and the longest that a server may ask for, in milliseconds. */
export interface PauseSettings {
  readonly retryBaseMs: number;
  readonly retryMaxMs: number;
  readonly retryAfterMaxMs: number;
}

/**
 * How long to wait before the next try: doubling from `retryBaseMs` to `retryMaxMs`, of which a
 * random half is taken off so that clients do not come back together, and never less than the
 * server's `Retry-After`.
 *
 * @param failedTries from 1
 * @param random from 0 up to 1
 * @returns milliseconds, or nothing when the server asks for more patience than we have
 */
export function retryPause(
  settings: PauseSettings,
  failedTries: number,
  retryAfterMs: number | undefined,
  random: number,
): number | undefined {
  const { retryBaseMs, retryMaxMs, retryAfterMaxMs } = settings;
  const ownMs = Math.min(retryMaxMs, retryBaseMs * 2 ** (failedTries - 1)) * (1 - random / 2);
  if (retryAfterMs === undefined) return ownMs;
  return retryAfterMs > retryAfterMaxMs ? undefined : Math.max(ownMs, retryAfterMs);
}
