import { spawn } from "bun";
import { engineSettings } from "../../src/commands/restart-tuned.ts";

/** How a run of the program ended. */
export interface Run {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A way to start the program: its first words. */
export interface Program {
  readonly name: string;
  readonly command: readonly string[];
}

export const fromSource: Program = {
  name: "src/main.ts",
  command: [process.execPath, `${import.meta.dir}/../../src/main.ts`],
};

/** The program under test: the run's binary where there is one, else from its source, which needs no build. */
export const ingester: Program = process.env.TEST_BINARY
  ? { name: "dist/kci-ingester", command: [process.env.TEST_BINARY] }
  : fromSource;

/** Variables of a program's environment; one that is undefined is left out. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** How often a function runs before it is compiled: in a run that takes a moment next to none does so. */
const compileAfter = "20000";

/**
 * What the engine is told in a run that takes a moment, as most do here: it does not win back what it costs
 * to compile, but what is called without end does. With the service's own settings given, the service need
 * not start anew to have them. Without any compiler at all (`useJIT`) the program could not call the
 * system's libraries, and would work otherwise.
 */
export const brief: Variables = {
  ...engineSettings,
  BUN_JSC_useDFGJIT: "0",
  BUN_JSC_thresholdForJITAfterWarmUp: compileAfter,
  BUN_JSC_thresholdForJITSoon: compileAfter,
};
/** The environment of what works for long, or whose memory or speed is tested: as it is installed. */
export const asAtWork: Variables = Object.fromEntries(
  Object.keys(brief).map((name) => [name, undefined]),
);

/** How programs are started that do not say it themselves. */
const usual = process.env.FAULTS === "full" ? asAtWork : brief;

/** Starts the program with nothing of this process' environment but what it needs to start. */
export function startIngester(
  program: Program,
  words: readonly string[],
  options: { cwd?: string; env?: Variables } = {},
) {
  return spawn([...program.command, ...words], {
    stdout: "pipe",
    stderr: "pipe",
    stdin: "ignore",
    env: { PATH: process.env.PATH, ...usual, ...options.env },
    ...(options.cwd ? { cwd: options.cwd } : {}),
  });
}

/** Runs the program to its end. */
export async function runIngester(
  program: Program,
  words: readonly string[],
  options: { cwd?: string; env?: Variables } = {},
): Promise<Run> {
  const child = startIngester(program, words, options);
  const [exitCode, stdout, stderr] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { exitCode, stdout, stderr };
}
