import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long a shell may take to start, on the busiest machine. */
const startMs = 30_000;
/** Their pipes must stay open as long as this process lives. */
const guards: Bun.Subprocess[] = [];

/**
 * Runs a shell script when this process has ended, however it ends: the test runner calls no exit
 * handlers, and a run may be killed. Where the runner isolates test files, it runs when the file has
 * ended. `words` are the script's `$1`, `$2` and so on. Throws where no shell can be started.
 */
export function afterThisProcess(script: string, ...words: readonly string[]): void {
  const sign = join(tmpdir(), `kci-guard-${process.pid}-${Bun.randomUUIDv7()}`);
  // Its input ends when the last holder of the pipe does, which is this process. The shell that is
  // started only keeps the pipe open: the runner kills it at the end of an isolated file, and what
  // descends from it with it, so that the one that runs the script descends from nobody.
  const program = `exec 3<&0; ( { cat >/dev/null; ${script}
      } <&3 3<&- & ); : >"$0"; exec cat >/dev/null`;
  // Not by `node:child_process`: to load that takes longer than all else here.
  const guard = Bun.spawn(["sh", "-c", program, sign, ...words], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
  guards.push(guard);
  const endMs = performance.now() + startMs;
  while (!existsSync(sign)) {
    if (performance.now() > endMs) throw new Error(`no shell was started for: ${script}`);
    Bun.sleepSync(1);
  }
  rmSync(sign);
}
