import { spawnSync } from "bun";

/** Milliseconds from start to end of `--help`, of each of some runs; the first, cold one not counted. */
export function measureStart(binary: string, runs = 21): number[] {
  const times = Array.from({ length: runs }, () => {
    const startMs = performance.now();
    const { exitCode } = spawnSync([binary, "--help"], { env: { PATH: process.env.PATH } });
    if (exitCode !== 0) throw new Error(`--help ended with ${exitCode}`);
    return performance.now() - startMs;
  });
  return times.slice(1);
}
