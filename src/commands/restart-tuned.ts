import { runtimeVariables } from "../base/runtime-variables.ts";

/** How often a function runs before it is compiled for speed; the engine's own figure is 1000. */
const optimizeAfter = "15000";

/**
 * Settings of the JavaScript engine and of its allocator that suit the service, measured on
 * `bun run bench`: the optimizing compilers take more processor time, once more in every worker, than
 * their code wins back, since most of the work is done in native code.
 */
export const engineSettings: Readonly<Record<string, string>> = {
  BUN_JSC_useFTLJIT: "0",
  BUN_JSC_thresholdForOptimizeAfterWarmUp: optimizeAfter,
  BUN_JSC_thresholdForOptimizeAfterLongWarmUp: optimizeAfter,
  BUN_JSC_thresholdForOptimizeSoon: optimizeAfter,
  // A collection beside the running worker, or by several threads, takes a core from the other worker.
  BUN_JSC_useConcurrentGC: "0",
  BUN_JSC_numberOfGCMarkers: "1",
  // Memory that a batch leaves is given back after a second (ms): the next batch wants it again.
  MIMALLOC_PURGE_DELAY: "1000",
};

/** The words that begin the command line of the service, whichever of its names it is called by. */
const service = /^monitor(?![a-z])/;

/**
 * Starts the binary anew in the same process (`execve(2)`) with `engineSettings`, which the engine reads
 * from the environment before anything of ours runs, and without `runtimeVariables`. Returns where that is
 * done already, where it cannot be done, and where `words`, the command line, are not those of the service.
 */
export function restartTuned(words: readonly string[]): void {
  if (!service.test(words[0] ?? "")) return;
  const settings = Object.entries(engineSettings);
  if (!Bun.isStandaloneExecutable || process.platform === "win32") return;
  if (settings.every(([name]) => process.env[name] !== undefined)) return;
  try {
    process.execve?.(process.execPath, [process.execPath, ...words], {
      ...engineSettings,
      ...definedOf(process.env),
    });
  } catch {
    // Without them the service is slower, and nothing else.
  }
}

// --- internal ---

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(environment).filter(
    ([name, value]) => value !== undefined && !(name in runtimeVariables),
  );
  return Object.fromEntries(entries) as Record<string, string>;
}
