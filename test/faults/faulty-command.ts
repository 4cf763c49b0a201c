import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Run, runIngester } from "../e2e/run-ingester.ts";
import { bundle } from "./bundle.ts";
import { type Plan, planVariable } from "./plan.ts";

interface Options {
  /** Modules that are loaded before the program, besides those of the plan. */
  preloads?: readonly string[];
  env?: Record<string, string>;
}

/** A command line that is run with one of its calls of the file system failing; it counts in `folder`. */
export async function faultyCommand(
  folder: string,
  words: readonly string[],
  { preloads = [], env = {} }: Options = {},
) {
  const counter = join(folder, "counter");
  const before = [join(import.meta.dir, "inject.ts"), ...preloads];
  const command = [
    ...[process.execPath, ...before.flatMap((path) => ["--preload", path])],
    await bundle(),
  ];
  return {
    async run(plan: Omit<Plan, "counter"> = {}): Promise<Run & { steps: number }> {
      writeFileSync(counter, new Uint8Array(8));
      const whole: Plan = { ...plan, counter, only: "fs" };
      const run = await runIngester({ name: "with faults", command }, words, {
        env: { ...env, [planVariable]: JSON.stringify(whole) },
      });
      return { ...run, steps: readFileSync(counter).readInt32LE(0) };
    },
  };
}
