import { defineCommand } from "citty";
import type { Reading } from "../submission/read-submission.ts";
import { defaultMaxFileBytes, refuseSize } from "../submission/refuse-size.ts";

export interface ValidateOptions {
  /** Paths; `-` is standard input. */
  files: readonly string[];
  /** One JSON object a line instead of text for people. */
  json: boolean;
  /** How many mistakes of a file to tell; all are counted. */
  maxIssues: number;
  /** Colours, and the lines that the mistakes are in. */
  color: boolean;
  stdout: (text: string) => void;
  stderr: (text: string) => void;
}

/**
 * Gives the verdict on each file that the service would give. Returns the exit code: 0 when all
 * are valid, 1 when some are refused, 2 when one cannot be read.
 */
export async function validate(options: ValidateOptions): Promise<number> {
  const { readSubmission } = await import("../submission/read-submission.ts");
  const { readInput, InputFault } = await import("./read-input.ts");
  let exitCode = 0;
  for (const file of options.files) {
    try {
      const bytes = await readInput(file);
      const reading: Reading =
        bytes.length > defaultMaxFileBytes
          ? { accepted: false, refusal: refuseSize(bytes.length, defaultMaxFileBytes) }
          : readSubmission(bytes, { maxIssues: options.maxIssues });
      if (!reading.accepted) exitCode = Math.max(exitCode, 1);
      options.stdout(
        options.json ? toJson(file, reading) : await toText(file, reading, bytes, options),
      );
    } catch (error) {
      if (!(error instanceof InputFault)) throw error;
      options.stderr(`${error.message}\n`);
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
        version: "5.3",
        upgraded_from: reading.version === "5.3" ? null : reading.version,
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
  return `${JSON.stringify(line)}\n`;
}

async function toText(
  file: string,
  reading: Reading,
  bytes: Uint8Array,
  { color }: ValidateOptions,
): Promise<string> {
  const render = await import("../submission/text/render-reading.ts");
  if (reading.accepted) return render.renderAccepted(file, reading, { color });
  const { decode } = await import("../submission/decode.ts");
  const decoded = color ? decode(bytes) : undefined;
  const text = decoded && "text" in decoded ? decoded.text : undefined;
  return render.renderRefusal(file, reading.refusal, { color, text });
}

export const validateCommand = defineCommand({
  meta: {
    name: "validate",
    description:
      "Say of each FILE (- is standard input) whether the service would accept it, and if not, why",
  },
  args: {
    json: { type: "boolean", description: "Print one JSON object a line", default: false },
    "max-issues": {
      type: "string",
      valueHint: "N",
      description: "Tell at most N mistakes of a file; all are counted",
      default: "20",
    },
  },
  async run({ args }) {
    const stderr = (text: string) => void process.stderr.write(text);
    const files = args._;
    if (files.length === 0) {
      stderr("validate: name at least one FILE, or - for standard input\n");
      return 2;
    }
    const maxIssues = Number(args["max-issues"]);
    if (!/^[1-9][0-9]{0,6}$/.test(args["max-issues"])) {
      stderr(`--max-issues: expected a number from 1 to 9999999, got "${args["max-issues"]}"\n`);
      return 2;
    }
    const color = process.stdout.isTTY === true && !process.env.NO_COLOR && !args.json;
    const stdout = (text: string) => void process.stdout.write(text);
    return validate({ files, json: args.json, maxIssues, color, stdout, stderr });
  },
});
