import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesOf } from "./invariants.ts";
import type { Scene, SomePlan } from "./scene.ts";
import { until } from "./until.ts";

/** A service that watches the spool of a scene until the scope ends. */
export interface RunningService extends AsyncDisposable {
  readonly pid: number;
  /** What it has written to stderr so far. */
  readonly log: string;
  /** Puts files into the spool as a good writer does. */
  send(files: Iterable<readonly [name: string, text: string]>): void;
  /** Waits until all files lie in `archive/`; throws with the end of the log when they do not come. */
  settled(names: readonly string[], limitMs?: number): Promise<void>;
  /**
   * Waits until it has been at work for a while: looks at the spool, opens and moves files, writes rows.
   * What it should not do, or not twice, it would have done by then.
   */
  goesOn(steps?: number): Promise<void>;
  /** Its exit code, once it has ended. */
  readonly exited: Promise<number>;
  /** Ends it by SIGTERM; returns the exit code. */
  stop(): Promise<number>;
}

/** Steps of a handful of looks at a spool. */
const aWhile = 40;

/** Starts the service on a scene; it looks at the spool ten times a second. */
export function runService(scene: Scene, plan: SomePlan, ...words: string[]): RunningService {
  const child = scene.start(plan, "--interval", "0.1", ...words);
  let log = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) log += decoder.decode(chunk, { stream: true });
  })();
  return {
    pid: child.pid,
    exited: child.exited,
    get log() {
      return log;
    },
    send(files) {
      for (const [name, text] of files) {
        const part = join(scene.spool, `${name}.temp`);
        writeFileSync(part, text);
        renameSync(part, join(scene.spool, name));
      }
    },
    async settled(names, limitMs = 20_000) {
      const areThere = () => names.every((name) => existsSync(join(scene.spool, "archive", name)));
      const left = () => `${log}\nfiles are left: ${[...filesOf(scene.spool).keys()]}`;
      await until(areThere, limitMs, left);
    },
    async goesOn(steps = aWhile) {
      const from = scene.steps();
      await until(
        () => scene.steps() >= from + steps,
        20_000,
        () => log,
      );
    },
    async stop() {
      child.kill("SIGTERM");
      const exitCode = await child.exited;
      await reading;
      return exitCode;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}
