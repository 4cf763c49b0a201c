/** How long to wait where nobody says: long enough for a busy machine. */
const usualMs = 30_000;
/** Looks are close together at first, and never further apart than this. */
const maxPauseMs = 50;

/**
 * Waits until something holds. Throws after `limitMs`, with the condition and, where `seen` is given, with
 * what was there instead, such as the end of a log.
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  limitMs = usualMs,
  seen?: () => string,
): Promise<true> {
  if (await holdsWithin(holds, limitMs)) return true;
  const instead = seen ? `; instead: ${seen().slice(-3_000)}` : "";
  throw new Error(`waited ${limitMs} ms in vain for ${holds}${instead}`);
}

/** Says whether something comes to hold within `limitMs`: for what need not. */
export async function holdsWithin(
  holds: () => boolean | Promise<boolean>,
  limitMs: number,
): Promise<boolean> {
  const endMs = performance.now() + limitMs;
  for (let pauseMs = 2; ; pauseMs = Math.min(maxPauseMs, pauseMs * 1.5)) {
    const isLast = performance.now() >= endMs;
    if (await holds()) return true;
    if (isLast) return false;
    await Bun.sleep(pauseMs);
  }
}
