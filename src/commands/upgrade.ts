import { mkdir, rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { defineCommand } from "citty";

export interface UpgradeOptions {
  /** Paths; `-` is standard input. More than one need an `outputDir`. */
  files: readonly string[];
  /** Where to write each document under its file's name, instead of to stdout. */
  outputDir?: string | undefined;
  /** How many mistakes of a refused file to tell. */
  maxIssues: number;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
}

/**
 * Writes each file's document upgraded to 5.3, numbers as they were written. Returns the exit code:
 * 0 when all were, 1 when some are refused, 2 when the arguments do not fit or a file cannot be read
 * or written.
 */
export async function upgrade(options: UpgradeOptions): Promise<number> {
  const { files, outputDir, stderr } = options;
  const names = files.map((file) => (file === "-" ? "stdin.json" : basename(file)));
  const twice = names.find((name, place) => names.indexOf(name) < place);
  if (files.length !== 1 && outputDir === undefined) {
    stderr(`upgrade: ${files.length} files: expected one, or --output-dir DIR for many\n`);
    return 2;
  }
  if (twice !== undefined) {
    stderr(
      `upgrade: two files are named ${JSON.stringify(twice)}: they would overwrite each other\n`,
    );
    return 2;
  }
  if (outputDir !== undefined) await mkdir(outputDir, { recursive: true });

  const { readInput, InputFault } = await import("./read-input.ts");
  let exitCode = 0;
  for (const [place, file] of files.entries()) {
    try {
      const upgraded = await upgradeOne(file, await readInput(file), options);
      if (upgraded === undefined) exitCode = Math.max(exitCode, 1);
      else if (outputDir === undefined) options.stdout(upgraded);
      else await writeWhole(join(outputDir, names[place] as string), upgraded);
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      stderr(`${error.message}\n`);
      exitCode = 2;
    }
  }
  return exitCode;
}

/** The upgraded document as text; nothing, and the reason on stderr, when the file is refused. */
async function upgradeOne(
  file: string,
  bytes: Uint8Array,
  { maxIssues, stderr }: UpgradeOptions,
): Promise<string | undefined> {
  const { readSubmission } = await import("../submission/read-submission.ts");
  const reading = readSubmission(bytes, { maxIssues });
  if (!reading.accepted) {
    const { renderRefusal } = await import("../submission/text/render-reading.ts");
    stderr(renderRefusal(file, reading.refusal, { color: false }));
    return undefined;
  }
  const { upgradeText } = await import("../submission/upgrade/upgrade-text.ts");
  return `${upgradeText(reading.text).trimEnd()}\n`;
}

/** Writes a file that is never seen half written. */
async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.part`;
  await Bun.write(unfinished, text);
  await rename(unfinished, path);
}

export const upgradeCommand = defineCommand({
  meta: {
    name: "upgrade",
    description: "Write the submission in FILE (- is standard input) upgraded to 5.3",
  },
  args: {
    "output-dir": {
      type: "string",
      valueHint: "DIR",
      description: "Write each document to DIR under its file's name instead of to stdout",
    },
  },
  run: ({ args }) =>
    upgrade({
      files: args._,
      outputDir: args["output-dir"],
      maxIssues: 20,
      stdout: (text) => void process.stdout.write(text),
      stderr: (text) => void process.stderr.write(text),
    }),
});
