import { mostMemoryBytes, objectBytesOf } from "../base/memory-budget.ts";
import { serviceSettings } from "../config/monitor-settings.ts";
import { asksForPlain } from "../config/read-config.ts";
import { readSetting } from "../config/read-setting.ts";
import { firstSetting, readNumber, readWord, unexpected } from "../config/settings.ts";
import { defineCommand, exitCodes } from "./command.ts";
import { print } from "./print.ts";
import { printError } from "./print-error.ts";
import type { InputFault } from "./read-input.ts";
import { maxFileSizeFlag, maxMemoryFlag } from "./shared-flags.ts";
import { stopOnSignals } from "./stop-on-signals.ts";
import type { CheckedFile } from "./validate/check-file.ts";
import { type ReportFormat, reportFormats } from "./validate/report.ts";

/** What `validate` checks, and how it reports. */
export interface ValidateOptions {
  /** Paths, folders and patterns; `-` is standard input. */
  files: readonly string[];
  format: ReportFormat;
  /** Says nothing of what is well, and has no warnings. */
  quiet: boolean;
  /** Warnings are mistakes. */
  strict: boolean;
  /** Goes on, and checks each file again when it changes, until this says to stop. */
  watch?: AbortSignal | undefined;
  /** How many mistakes of a file to tell; all are counted. */
  maxIssues: number;
  /** A larger file is refused, as the service does. */
  maxFileBytes: number;
  /** The same of one with an object that takes more memory; absent: more than usual. */
  maxObjectBytes?: number;
  color: boolean;
  stdout: (text: string) => Promise<void>;
  stderr: (text: string) => Promise<void>;
}

/**
 * Gives the verdict on each file that the service would give. Returns the exit code: 0 when all
 * are valid, 1 when some are refused, 2 when one cannot be read.
 */
export async function validate(options: ValidateOptions): Promise<number> {
  const { stdout, stderr, format } = options;
  const { checkFile } = await import("./validate/check-file.ts");
  const { openReport } = await import("./validate/open-report.ts");
  const { expandPatterns } = await import("./expand-patterns.ts");
  const report = await openReport(format, options);
  const checks = {
    ...options,
    fixes: report.hasFixes,
    warnings: options.strict || !options.quiet,
  };
  const out = new PagedOutput(stdout);
  if (options.watch) {
    let exitCode: number = exitCodes.ok;
    const { changes } = await import("./validate/changes.ts");
    for await (const files of changes(options.files, options.watch)) {
      const sum = await checkAll(files);
      await stderr(sum.line());
      exitCode = sum.exitCode;
    }
    return exitCode;
  }
  await out.write(report.begin());
  const sum = await checkAll(expandPatterns(options.files, { folders: true }));
  await out.write(report.end());
  await out.flush();
  if (report.isForPeople && !options.quiet && sum.files > 1) await stderr(sum.line());
  return sum.exitCode;

  async function checkAll(
    files: AsyncIterable<string | InputFault> | Iterable<string | InputFault>,
  ) {
    const sum = new Sum();
    for await (const file of files) {
      let text = "";
      const checked = await checkFile(file, checks, (one, showLine) => {
        text = report.tell(one, showLine);
      });
      sum.add(checked);
      await out.write(text);
      if (!checked.fault) continue;
      await out.flush();
      await stderr(`${checked.fault.message}\n`);
    }
    await out.flush();
    return sum;
  }
}

export const validateCommand = defineCommand({
  summary: "Check whether the service would accept files, and say what to change if not.",
  args: {
    format: {
      type: "string",
      valueHint: reportFormats.join("|"),
      description: "output format (text)",
    },
    json: { type: "boolean", description: "same as --format json: one object per line" },
    quiet: { type: "boolean", description: "report refused files only, without warnings" },
    strict: { type: "boolean", description: "treat warnings as mistakes" },
    watch: { type: "boolean", description: "keep running, and check files again when they change" },
    "max-issues": {
      type: "string",
      valueHint: "N",
      description: "show at most N kinds of mistakes per file; all are counted (20)",
    },
    "max-file-size": maxFileSizeFlag,
    "max-memory": maxMemoryFlag,
  },
  operands: "FILE…",
  examples: [
    ["kci-ingester validate submission.json", "exit 0: accepted, 1: refused"],
    ["kci-ingester validate results/", "every .json, .json.gz and .json.zst in a folder"],
    ["kci-ingester validate --json 'new/*.json'", "for scripts; patterns work in any shell"],
    ["kci-ingester validate --format sarif results/ > kci.sarif", "for code scanning"],
    ["kci-ingester validate --watch results/", "whenever a file changes"],
    ["kci-ingester validate - < submission.json", "standard input"],
  ],
  async run(args) {
    const maxIssues = firstSetting(["--max-issues", args["max-issues"]]);
    const maxMemoryBytes = readSetting(serviceSettings.maxMemoryBytes, args, process.env);
    const format = readFormat(args.format, args.json ?? false);
    const stopping = new AbortController();
    using _signals = args.watch ? stopOnSignals(() => stopping.abort()) : undefined;
    if (args.watch && (format === "sarif" || format === "junit")) {
      throw unexpected({ name: "--format", value: format }, "text, json or github with --watch");
    }
    return await validate({
      watch: args.watch ? stopping.signal : undefined,
      files: args._,
      format,
      quiet: args.quiet ?? false,
      strict: args.strict ?? false,
      maxIssues: readNumber(maxIssues, 20, { min: 1, max: 9_999_999, integer: true }),
      maxFileBytes: readSetting(serviceSettings.maxFileBytes, args, process.env),
      maxObjectBytes: objectBytesOf(maxMemoryBytes ?? mostMemoryBytes),
      color: process.stdout.isTTY === true && !asksForPlain(process.env) && format === "text",
      stdout: print,
      stderr: printError,
    });
  },
});

// --- internal ---

const pageCharacters = 32_768;
const pageMs = 100;

/** Text on its way out, many small pieces at once: each call of the system costs as much as a file. */
class PagedOutput {
  readonly #print: (text: string) => Promise<void>;
  #page = "";
  #sentAtMs = performance.now();

  constructor(print: (text: string) => Promise<void>) {
    this.#print = print;
  }

  async write(text: string): Promise<void> {
    this.#page += text;
    const isDue = performance.now() - this.#sentAtMs > pageMs;
    if (isDue || this.#page.length > pageCharacters) await this.flush();
  }

  async flush(): Promise<void> {
    const page = this.#page;
    this.#page = "";
    if (page !== "") await this.#print(page);
    this.#sentAtMs = performance.now();
  }
}

function readFormat(given: string | undefined, json: boolean): ReportFormat {
  const setting = firstSetting(["--format", given]);
  const format = readWord(setting, json ? "json" : "text", reportFormats);
  if (json && setting && format !== "json") throw unexpected(setting, "json, because of --json");
  return format;
}

/** What came of all files together. */
class Sum {
  files = 0;
  #refused = 0;
  #unreadable = 0;
  #mistakes = 0;
  #warnings = 0;

  add({ outcome, reading, warningCount }: CheckedFile): void {
    this.files += 1;
    if (outcome === "refused") this.#refused += 1;
    if (outcome === "unreadable") this.#unreadable += 1;
    if (reading?.accepted === false) this.#mistakes += reading.refusal.issueCount;
    this.#warnings += warningCount;
  }

  get exitCode(): number {
    if (this.#unreadable > 0) return exitCodes.usage;
    return this.#refused > 0 ? exitCodes.refused : exitCodes.ok;
  }

  line(): string {
    const valid = this.files - this.#refused - this.#unreadable;
    const parts = [
      `${this.files} files: ${valid} valid`,
      `${this.#refused} refused${this.#mistakes > 0 ? ` (${countOf(this.#mistakes, "mistake")})` : ""}`,
      ...(this.#unreadable > 0 ? [`${this.#unreadable} unreadable`] : []),
      ...(this.#warnings > 0 ? [countOf(this.#warnings, "warning")] : []),
    ];
    return `${parts.join(", ")}\n`;
  }
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
