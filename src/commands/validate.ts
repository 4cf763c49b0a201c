import { escapeText } from "../base/escape-text.ts";
import { safeJson } from "../base/safe-json.ts";
import { serviceSettings } from "../config/monitor-settings.ts";
import { asksForPlain } from "../config/read-config.ts";
import { readSetting } from "../config/read-setting.ts";
import { firstSetting, readNumber } from "../config/settings.ts";
import type { Reading } from "../prepare/read-submission.ts";
import { refuseSize } from "../submission/refuse-size.ts";
import { newestVersion } from "../submission/versions/versions.ts";
import { defineCommand } from "./command.ts";
import { print } from "./print.ts";
import { printError } from "./print-error.ts";
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
  const { readSubmission } = await import("../prepare/read-submission.ts");
  const { readInput, InputFault } = await import("./read-input.ts");
  const { expandPatterns } = await import("./expand-patterns.ts");
  let exitCode = 0;
  for await (const file of expandPatterns(options.files)) {
    try {
      if (file instanceof InputFault) throw file;
      const bytes = await readInput(file);
      const reading: Reading =
        bytes.length > options.maxFileBytes
          ? { accepted: false, refusal: refuseSize(bytes.length, options.maxFileBytes) }
          : readSubmission(bytes, { maxIssues: options.maxIssues });
      if (!reading.accepted) exitCode = Math.max(exitCode, 1);
      await options.stdout(
        options.json ? toJson(file, reading) : await toText(file, reading, bytes, options),
      );
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      await options.stderr(`${error.message}\n`);
      exitCode = 2;
    }
  }
  return exitCode;
}

/** One line: the version is that of the result, or, of a refused file, the one that it names. */
function toJson(file: string, reading: Reading): string {
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
  reading: Reading,
  bytes: Uint8Array,
  { color }: ValidateOptions,
): Promise<string> {
  const render = await import("./render-reading.ts");
  if (reading.accepted) return render.renderAccepted(file, reading, { color });
  const { decode } = await import("../submission/decode.ts");
  const decoded = color ? decode(bytes) : undefined;
  const text = decoded && "text" in decoded ? decoded.text : undefined;
  return render.renderRefusal(escapeText(file), reading.refusal, { color, text });
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
