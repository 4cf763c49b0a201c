import { spawn } from "node:child_process";

/**
 * Runs a shell script when this process has ended, however it ends: the test runner calls no exit
 * handlers, and a run may be killed. Where the runner isolates test files, it runs when the file has
 * ended. `words` are the script's `$1`, `$2` and so on.
 */
export function afterThisProcess(script: string, ...words: readonly string[]): void {
  // Its input ends when the last holder of the pipe does, which is this process. The shell that is
  // started only keeps the pipe open: the runner kills it at the end of an isolated file, and what
  // descends from it with it, so that the one that runs the script descends from nobody.
  const guard = spawn(
    "sh",
    [
      "-c",
      `exec 3<&0; ( { cat >/dev/null; ${script}
      } <&3 3<&- & ); exec cat >/dev/null`,
      "sh",
      ...words,
    ],
    { stdio: ["pipe", "ignore", "ignore"], detached: true },
  );
  guard.unref();
}
