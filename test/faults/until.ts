/** Waits until something holds, for at most `limitMs`; says whether it does. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<boolean> {
  const endMs = performance.now() + limitMs;
  while (performance.now() < endMs) {
    if (await holds()) return true;
    await Bun.sleep(50);
  }
  return false;
}
