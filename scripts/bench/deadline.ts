/** No step of a measurement takes this long, in milliseconds; one that does has hung. */
const limitMs = 900_000;

/** Waits for a step of a measurement; throws where it does not end in time. `what` names the step. */
export async function withDeadline<T>(
  step: Promise<T>,
  what: string,
  timeoutMs = limitMs,
): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`${what} did not end within ${timeoutMs / 1_000} s`)),
    timeoutMs,
  );
  try {
    return await Promise.race([step, late]);
  } finally {
    clearTimeout(timer);
  }
}
