import { peakBytes } from "./peak-bytes.ts";

const everyMs = 20;

/**
 * Watches the greatest resident memory of a process, in bytes, until the result is disposed of. What the
 * system says at its end would do, but for this: it is never less than the memory of whoever started it.
 */
export function watchPeak(pid: number): Disposable & { readonly bytes: number } {
  let bytes = Number.NaN;
  const timer = setInterval(() => {
    bytes = peakBytes(pid) ?? bytes;
  }, everyMs);
  return {
    get bytes() {
      return bytes;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
