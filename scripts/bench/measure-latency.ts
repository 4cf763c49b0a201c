import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep, spawn } from "bun";
import { makeProbe } from "./make-submissions.ts";
import type { Target } from "./target.ts";

const probes = 200;

/**
 * Moves files, one after the other, into the spool of an idle service with the default interval.
 * Returns for each how many milliseconds went by until its test was visible.
 */
export async function measureLatency(
  binary: string,
  target: Target,
  folder: string,
  flags: readonly string[],
): Promise<number[]> {
  await using database = await target.create();
  const spool = mkdtempSync(join(folder, "spool-"));
  const words = ["monitor", "--quiet", "--spool-dir", spool, "--metrics-port", "0", ...flags];
  const service = spawn([binary, ...words], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { PATH: process.env.PATH, DATABASE_URL: database.url },
  });
  try {
    await sleep(1_000);
    const times: number[] = [];
    for (let number = 0; number < probes; number++) {
      const { text, testId } = makeProbe(number);
      const part = join(spool, `probe-${number}.json.temp`);
      writeFileSync(part, text);
      const startMs = performance.now();
      renameSync(part, join(spool, `probe-${number}.json`));
      while (!(await database.hasTest(testId))) {
        await sleep(1);
        if (performance.now() - startMs > 30_000) throw new Error(`${testId} never came`);
      }
      times.push(performance.now() - startMs);
      // Idle again, and not in step with any timer of the service.
      await sleep(5 + (number % 37));
    }
    return times;
  } finally {
    service.kill();
    await service.exited;
    rmSync(spool, { recursive: true, force: true });
  }
}
