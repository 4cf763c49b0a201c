import { spawn } from "node:child_process";

/**
 * Runs a shell script when this process has ended, however it ends: the test runner calls no exit
 * handlers, and a run may be killed. `words` are the script's `$1`, `$2` and so on.
 */
export function afterThisProcess(script: string, ...words: readonly string[]): void {
  // Its input ends when the last holder of the pipe does, which is this process.
  const guard = spawn("sh", ["-c", `cat >/dev/null; ${script}`, "sh", ...words], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  guard.unref();
}
