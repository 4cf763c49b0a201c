import { readFileSync } from "node:fs";

const everyMs = 20;

/**
 * Watches the greatest resident memory of a process, in bytes, until the result is disposed of. What the
 * system says at its end would do, but for this: it is never less than the memory of whoever started it.
 */
export function watchPeak(pid: number): Disposable & { readonly bytes: number } {
  let bytes = Number.NaN;
  const look = () => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
      if (kilobytes) bytes = Number(kilobytes) * 1024;
    } catch {
      // It has ended, or this is no Linux: what is known stands.
    }
  };
  const timer = setInterval(look, everyMs);
  return {
    get bytes() {
      return bytes;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
