import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compiled } from "../e2e/binary.ts";
import { type Run, runIngester } from "../e2e/run-ingester.ts";
import { type Plan, planVariable } from "./plan.ts";

interface Options {
  preloads?: Plan["preloads"];
  env?: Record<string, string>;
}

/** A command line that is run with one of its calls of the file system failing; it counts in `folder`. */
export async function faultyCommand(
  folder: string,
  words: readonly string[],
  { preloads = [], env = {} }: Options = {},
) {
  const counter = join(folder, "counter");
  const program = await compiled("withFaults");
  return {
    async run(plan: Omit<Plan, "counter"> = {}): Promise<Run & { steps: number }> {
      writeFileSync(counter, new Uint8Array(8));
      const whole: Plan = { ...plan, counter, only: "fs", preloads };
      const run = await runIngester(program, words, {
        env: { ...env, [planVariable]: JSON.stringify(whole) },
      });
      return { ...run, steps: readFileSync(counter).readInt32LE(0) };
    },
  };
}
