/** The processor time of this thread, in milliseconds: what other programs take does not count. */
export function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/**
 * How many times as long one work takes as another, by the quickest of each. Both have their turns until the
 * result is below the bound, a dozen at most: on a busy machine code is compiled late, processors change their
 * speed, and that must not count for one of them alone.
 */
export function timesAsLong(work: () => void, other: () => void, bound: number): number {
  const least = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY] as [number, number];
  for (let turn = 0; turn < 12 && !(least[0] / least[1] < bound); turn++) {
    least[0] = Math.min(least[0], spentMs(work));
    least[1] = Math.min(least[1], spentMs(other));
  }
  return least[0] / least[1];
}

/** The processor time of the quickest of some tries: no more of them than it takes to be below the bound. */
export function leastMs(work: () => void, boundMs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let one = 0; one < 5 && least >= boundMs; one++) least = Math.min(least, spentMs(work));
  return least;
}

// --- internal ---

function spentMs(work: () => void): number {
  const startMs = processorMs();
  work();
  return processorMs() - startMs;
}
