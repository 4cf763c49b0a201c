import { escapeText } from "../base/escape-text.ts";
import { safeJson } from "../base/safe-json.ts";
import { serviceSettings } from "../config/monitor-settings.ts";
import { asksForPlain } from "../config/read-config.ts";
import { readSetting } from "../config/read-setting.ts";
import { firstSetting, readNumber } from "../config/settings.ts";
import { SpoolFault } from "../spool/fault.ts";
import { newestVersion } from "../submission/versions/versions.ts";
import { defineCommand } from "./command.ts";
import type { InputReading } from "./judge-input.ts";
import { print } from "./print.ts";
import { printError } from "./print-error.ts";
import type { Input } from "./read-input.ts";
import { maxFileSizeFlag } from "./shared-flags.ts";

export interface ValidateOptions {
  /** Paths and patterns; `-` is standard input. */
  files: readonly string[];
  /** One JSON object a line instead of text for people. */
  json: boolean;
  /** How many mistakes of a file to tell; all are counted. */
  maxIssues: number;
  /** A larger file is refused, as the service does. */
  maxFileBytes: number;
  /** Colours, and the lines that the mistakes are in. */
  color: boolean;
  stdout: (text: string) => Promise<void>;
  stderr: (text: string) => Promise<void>;
}

/**
 * Gives the verdict on each file that the service would give. Returns the exit code: 0 when all
 * are valid, 1 when some are refused, 2 when one cannot be read.
 */
export async function validate(options: ValidateOptions): Promise<number> {
  const { openInput, InputFault } = await import("./read-input.ts");
  const { judgeInput } = await import("./judge-input.ts");
  const { expandPatterns } = await import("./expand-patterns.ts");
  let exitCode = 0;
  for await (const file of expandPatterns(options.files)) {
    try {
      if (file instanceof InputFault) throw file;
      const input = await openInput(file, options.maxFileBytes);
      using _ = input.kind === "large" ? input.file : undefined;
      const reading = judgeInput(input, options);
      if (!reading.accepted) exitCode = Math.max(exitCode, 1);
      await options.stdout(
        options.json ? toJson(file, reading) : await toText(file, reading, input, options),
      );
    } catch (error) {
      if (!(error instanceof InputFault || error instanceof SpoolFault)) throw error;
      await options.stderr(`${error.message}\n`);
      exitCode = 2;
    }
  }
  return exitCode;
}

/** One line: the version is that of the result, or, of a refused file, the one that it names. */
function toJson(file: string, reading: InputReading): string {
  const line = reading.accepted
    ? {
        file,
        valid: true,
        version: newestVersion.name,
        upgraded_from: reading.version === newestVersion.name ? null : reading.version,
        issues: [],
        counts: reading.counts,
      }
    : {
        file,
        valid: false,
        version: reading.refusal.version ?? null,
        upgraded_from: null,
        reason: reading.refusal.reason,
        issues: reading.refusal.issues,
        issue_count: reading.refusal.issueCount,
        counts: {},
      };
  return `${safeJson(line)}\n`;
}

async function toText(
  file: string,
  reading: InputReading,
  input: Input,
  { color }: ValidateOptions,
): Promise<string> {
  const render = await import("./render-reading.ts");
  if (reading.accepted) return render.renderAccepted(file, reading, { color });
  const { excerptsOf } = await import("./judge-input.ts");
  const excerpt = color ? excerptsOf(input, reading.refusal) : undefined;
  return render.renderRefusal(escapeText(file), reading.refusal, { color, excerpt });
}

export const validateCommand = defineCommand({
  summary: "Say of files whether the service would accept them, and if not, what to change.",
  args: {
    json: { type: "boolean", description: "print one JSON object a line" },
    "max-issues": {
      type: "string",
      valueHint: "N",
      description: "tell at most N mistakes of a file; all are counted (20)",
    },
    "max-file-size": maxFileSizeFlag,
  },
  operands: "FILE…",
  examples: [
    ["kci-ingester validate submission.json", "exit 0: accepted, 1: refused"],
    ["kci-ingester validate --json 'new/*.json'", "for programs; patterns of any shell"],
    ["kci-ingester validate - < submission.json", "standard input"],
  ],
  async run(args) {
    const maxIssues = firstSetting(["--max-issues", args["max-issues"]]);
    return validate({
      files: args._,
      json: args.json ?? false,
      maxIssues: readNumber(maxIssues, 20, { min: 1, max: 9_999_999, integer: true }),
      maxFileBytes: readSetting(serviceSettings.maxFileBytes, args, process.env),
      color: process.stdout.isTTY === true && !asksForPlain(process.env) && !args.json,
      stdout: print,
      stderr: printError,
    });
  },
});
