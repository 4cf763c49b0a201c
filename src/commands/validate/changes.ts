import { statSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { expandPatterns } from "../expand-patterns.ts";
import type { InputFault } from "../read-input.ts";

const pauseMs = 300;

/**
 * Yields the files that words name, and whenever some of them change, or new ones come, those; ends when
 * `signal` says so. It looks at them again and again: no system tells of every change.
 */
export async function* changes(
  words: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<(string | InputFault)[]> {
  let known = new Map<string, string>();
  while (!signal.aborted) {
    const found = await Array.fromAsync(expandPatterns(words, { folders: true }));
    const seen = new Map(found.map((one) => [String(one), stampOf(one)] as const));
    const changed = found.filter((one) => known.get(String(one)) !== seen.get(String(one)));
    known = seen;
    if (changed.length > 0) yield changed;
    await setTimeout(pauseMs, undefined, { signal }).catch(() => {});
  }
}

// --- internal ---

/** What is another when a file has changed, or has come. */
function stampOf(file: string | InputFault): string {
  if (typeof file !== "string") return file.message;
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.mtimeMs} ${stats.size} ${stats.ino}` : "absent";
}
