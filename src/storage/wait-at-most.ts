/**
 * Waits for `work`, but not for ever.
 *
 * @returns `done` when it ended, `late` after `maxMs`, `stopped` when `signal` aborts
 */
export async function waitAtMost(
  work: Promise<unknown>,
  maxMs: number,
  signal?: AbortSignal,
): Promise<"done" | "late" | "stopped"> {
  const bound = Promise.withResolvers<"late" | "stopped">();
  const timer = setTimeout(() => bound.resolve("late"), maxMs);
  const stop = () => bound.resolve("stopped");
  if (signal?.aborted === true) stop();
  else signal?.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work.then(() => "done" as const), bound.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
