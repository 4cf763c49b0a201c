import { spawn } from "bun";

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

/** The environment of a run that takes a moment: it does not win back what it costs to compile at all. */
export const brief = { BUN_JSC_useJIT: "0" };

/** Starts the program with nothing of this process' environment but what it needs to start. */
export function startIngester(
  program: Program,
  words: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
) {
  return spawn([...program.command, ...words], {
    stdout: "pipe",
    stderr: "pipe",
    stdin: "ignore",
    env: { PATH: process.env.PATH, ...options.env },
    ...(options.cwd ? { cwd: options.cwd } : {}),
  });
}

/** Runs the program to its end. */
export async function runIngester(
  program: Program,
  words: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Run> {
  const child = startIngester(program, words, options);
  const [exitCode, stdout, stderr] = await Promise.all([
    child.exited,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { exitCode, stdout, stderr };
}
