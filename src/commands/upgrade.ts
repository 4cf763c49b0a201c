import { basename, join, resolve } from "node:path";
import { escapeJson, escapeText } from "../base/escape-text.ts";
import { mostMemoryBytes, objectBytesOf } from "../base/memory-budget.ts";
import { checkPath } from "../config/check-path.ts";
import { serviceSettings } from "../config/monitor-settings.ts";
import { readSetting } from "../config/read-setting.ts";
import { firstSetting } from "../config/settings.ts";
import { SpoolFault } from "../spool/fault.ts";
import { printable } from "../submission/text/printable.ts";
import { defineCommand } from "./command.ts";
import { print } from "./print.ts";
import { printError } from "./print-error.ts";
import type { Input } from "./read-input.ts";
import { maxFileSizeFlag, maxMemoryFlag } from "./shared-flags.ts";

/** Fewer characters are not worth a call of the system. */
const writtenAtOnce = 1 << 18;

/** What `upgrade` reads, and where it writes. */
export interface UpgradeOptions {
  /** Paths and patterns; `-` is standard input. More than one file need an `outputDir`. */
  files: readonly string[];
  /** Where to write each document under its file's name, instead of to stdout. */
  outputDir?: string | undefined;
  /** How many mistakes of a refused file to tell. */
  maxIssues: number;
  /** A larger file is refused, as the service does. */
  maxFileBytes: number;
  /** The same of one with an object that takes more memory; absent: more than usual. */
  maxObjectBytes?: number;
  stdout: (text: string) => Promise<void>;
  stderr: (text: string) => Promise<void>;
}

/**
 * Writes each file's document upgraded to the newest version, numbers as they were written. Returns the exit code:
 * 0 when all were, 1 when some are refused, 2 when the arguments do not fit or a file cannot be
 * read, 73 when the output cannot be written.
 */
export async function upgradeFiles(options: UpgradeOptions): Promise<number> {
  const { outputDir, stderr } = options;
  const { openInput, InputFault } = await import("./read-input.ts");
  const { expandPatterns } = await import("./expand-patterns.ts");
  const files = await Array.fromAsync(expandPatterns(options.files));
  const misuse = findMisuse(
    files.filter((file) => typeof file === "string"),
    outputDir,
  );
  if (misuse !== undefined) {
    await stderr(`kci-ingester: upgrade: ${misuse}\n`);
    return 2;
  }
  const { OutputFault, writeOutput } = await import("./write-output.ts");
  let exitCode = 0;
  for (const file of files) {
    try {
      if (file instanceof InputFault) throw file;
      const input = await openInput(file, options.maxFileBytes);
      using _ = input.kind === "large" ? input.file : undefined;
      const upgraded = await upgradeOne(file, input, options);
      if (upgraded === undefined) exitCode = Math.max(exitCode, 1);
      else if (outputDir === undefined) for (const text of upgraded) await options.stdout(text);
      else await writeOutput(join(outputDir, outputName(file)), upgraded);
    } catch (error) {
      const isKnown = [InputFault, OutputFault, SpoolFault].some((fault) => error instanceof fault);
      if (!isKnown) throw error;
      await stderr(`${(error as Error).message}\n`);
      if (error instanceof OutputFault) return 73;
      exitCode = 2;
    }
  }
  return exitCode;
}

/** Says why the arguments do not fit together, before anything is written. */
function findMisuse(files: readonly string[], outputDir?: string): string | undefined {
  if (outputDir === undefined) {
    if (files.length <= 1) return undefined;
    return `expected one FILE, or --output-dir DIR for many, got ${files.length}`;
  }
  const seen = new Set<string>();
  for (const file of files) {
    const name = outputName(file);
    if (resolve(outputDir, name) === resolve(file)) {
      return `--output-dir: ${printable(outputDir)} would overwrite ${printable(file)}`;
    }
    if (seen.has(name))
      return `two files are named ${printable(name)}: one would overwrite the other`;
    seen.add(name);
  }
  return undefined;
}

function outputName(file: string): string {
  return file === "-" ? "stdin.json" : basename(file);
}

/** The upgraded document as text, piece by piece; nothing, and the reason on stderr, when the file is refused. */
async function upgradeOne(
  file: string,
  input: Input,
  { stderr, ...options }: UpgradeOptions,
): Promise<Iterable<string> | undefined> {
  const { checkInput } = await import("./check-input.ts");
  const reading = checkInput(input, options);
  if (!reading.accepted) {
    const { renderRefusal } = await import("./render-reading.ts");
    await stderr(renderRefusal(escapeText(file), reading.refusal, { color: false }));
    return undefined;
  }
  if ("text" in reading) {
    const { upgradeText } = await import("../submission/upgrade/upgrade-text.ts");
    return [`${upgradeText(reading.text).trimEnd()}\n`];
  }
  const { upgradeLarge } = await import("../prepare/large/upgrade-large.ts");
  return inPieces(upgradeLarge(reading.submission));
}

/** Joins short texts to longer ones, and ends the line. */
function* inPieces(texts: Iterable<string>): Generator<string> {
  let piece = "";
  for (const text of texts) {
    piece += text;
    if (piece.length < writtenAtOnce) continue;
    yield piece;
    piece = "";
  }
  yield `${piece}\n`;
}

export const upgradeCommand = defineCommand({
  summary: "Convert submissions to the newest version of the format; numbers stay as written.",
  args: {
    "output-dir": {
      type: "string",
      valueHint: "DIR",
      description: "write each file to DIR under its own name (standard output, one FILE only)",
    },
    "max-file-size": maxFileSizeFlag,
    "max-memory": maxMemoryFlag,
  },
  operands: "FILE…",
  examples: [
    ["kci-ingester upgrade old.json > new.json", "one file"],
    ["kci-ingester upgrade --output-dir new 'old/*.json'", "many"],
    ["kci-ingester upgrade - < old.json", "standard input"],
  ],
  run(args) {
    const outputDir = firstSetting(["--output-dir", args["output-dir"]]);
    const maxMemoryBytes = readSetting(serviceSettings.maxMemoryBytes, args, process.env);
    return upgradeFiles({
      files: args._,
      outputDir: outputDir && checkPath(outputDir),
      maxIssues: 20,
      maxFileBytes: readSetting(serviceSettings.maxFileBytes, args, process.env),
      maxObjectBytes: objectBytesOf(maxMemoryBytes ?? mostMemoryBytes),
      // Elsewhere the document goes out as it was written.
      stdout: (text) => print(process.stdout.isTTY ? escapeJson(text) : text),
      stderr: printError,
    });
  },
});
