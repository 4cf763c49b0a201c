import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compiled } from "../e2e/binary.ts";
import { type Run, startIngester, type Variables } from "../e2e/run-ingester.ts";
import { type Plan, planVariable } from "./plan.ts";

export type SomePlan = Omit<Plan, "counter" | "trace"> & {
  trace?: boolean;
  /** More of the program's environment. */
  env?: Variables;
  /** A program that starts the program: its words. */
  through?: readonly string[];
};

/** The program with plans of what is to fail, run by any command line. */
export interface FaultyProgram {
  start(plan: SomePlan, ...words: string[]): ReturnType<typeof startIngester>;
  /** Runs it to its end; one that hangs is killed. */
  run(plan: SomePlan, ...words: string[]): Promise<Run & { steps: number }>;
  /** How many steps it has taken since it was started. */
  steps(): number;
  /** The names of the steps of the last run that had `trace`. */
  trace(): Promise<string[]>;
}

/** A run that takes longer has hung. */
const hangMs = 45_000;

/** Makes it ready; what it counts is kept in `folder`. */
export async function faultyProgram(folder: string): Promise<FaultyProgram> {
  const [counter, traceFile] = [join(folder, "counter"), join(folder, "trace")];
  const { command } = await compiled("withFaults");
  const steps = () => readFileSync(counter).readInt32LE(0);
  const start = (plan: SomePlan, ...words: string[]) => {
    writeFileSync(counter, new Uint8Array(8));
    const { trace, env, through = [], ...rest } = plan;
    const whole: Plan = { ...rest, counter, ...(trace ? { trace: traceFile } : {}) };
    return startIngester({ name: "with faults", command: [...through, ...command] }, words, {
      env: {
        [planVariable]: JSON.stringify(whole),
        INGESTER_METRICS_PORT: "0",
        ...env,
      },
    });
  };
  return {
    start,
    async run(plan, ...words) {
      const child = start(plan, ...words);
      using _limit = limitTime(child);
      const [exitCode, stdout, stderr] = await Promise.all([
        child.exited,
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
      ]);
      return { exitCode, stdout, stderr, steps: steps() };
    },
    steps,
    trace: async () => (await Bun.file(traceFile).text()).split("\n").filter(Boolean),
  };
}

/** Ends a program that hangs, so that a test says so soon. */
function limitTime(child: { kill(signal: NodeJS.Signals): void }): Disposable {
  const timer = setTimeout(() => child.kill("SIGKILL"), hangMs);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
