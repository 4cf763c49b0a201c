import { linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { spawn } from "bun";
import { watchPeak } from "../../test/watch-peak.ts";
import { withDeadline } from "./deadline.ts";

/** What a run of the program took. */
export interface Cost {
  ms: number;
  /** Greatest resident memory of the whole process; `NaN` where the system does not show it. */
  rssBytes: number;
}

/**
 * Runs `--once` on a fresh spool that holds the files of `source`, from start to end of the process.
 * Throws when it does not end well or leaves a file.
 */
export async function runOnce(
  binary: string,
  source: string,
  databaseUrl: string,
  flags: readonly string[],
): Promise<Cost> {
  const spool = mkdtempSync(join(source, "../spool-"));
  try {
    const names = readdirSync(source);
    for (const name of names) linkSync(join(source, name), join(spool, name));
    for (const folder of ["archive", "failed"]) mkdirSync(join(spool, folder));
    const words = ["monitor", "--once", "--quiet", "--spool-dir", spool, ...flags];
    const startMs = performance.now();
    const child = spawn([binary, ...words], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl },
    });
    using peak = watchPeak(child.pid);
    using _end = { [Symbol.dispose]: () => child.kill("SIGKILL") };
    const exitCode = await withDeadline(child.exited, "a run of the program");
    const ms = performance.now() - startMs;
    const archived = readdirSync(join(spool, "archive")).length;
    if (exitCode !== 0 || archived !== names.length) {
      const why = await new Response(child.stderr).text();
      throw new Error(`exit ${exitCode}, ${archived} of ${names.length} files archived\n${why}`);
    }
    return { ms, rssBytes: peak.bytes };
  } finally {
    rmSync(spool, { recursive: true, force: true });
  }
}
