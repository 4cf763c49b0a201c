import { createConsola, type LogObject } from "consola/core";
import { escapeJson, escapeText } from "../base/escape-text.ts";
import { maskSecrets } from "../base/mask-secrets.ts";
import type { Terminal } from "./terminal.ts";

/** The details of an event; `undefined` ones are left out. */
export type LogFields = Readonly<Record<string, unknown>>;

/** One line an event. Events are words in snake case, stable for programs: `submission_refused`. */
export interface Log {
  error(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  debug(event: string, fields?: LogFields): void;
}

/** Where the log goes, and what is in it. */
export interface LogOptions {
  readonly terminal: Terminal;
  readonly format: "text" | "json";
  /** `quiet`: warnings and errors only; `verbose`: debug too. */
  readonly verbosity: "quiet" | "normal" | "verbose";
  /** Colour for levels, where the terminal takes escape codes. */
  readonly colour?: boolean;
}

/** The longest value in characters: the whole story is in the `.error` file. */
const maxValueLength = 2000;

const levels = { quiet: 1, normal: 3, verbose: 4 } as const;
const colours: Readonly<Record<string, number>> = { error: 31, warn: 33, info: 36, debug: 90 };

/**
 * A log on the terminal's stream: `time level event key=value …`, or a JSON object a line. Values
 * come from submissions, so none reaches the output with an unsafe character, and secrets are masked.
 */
export function createLog(options: LogOptions): Log {
  const colour = options.colour === true && options.terminal.isInteractive;
  const report = (entry: LogObject) => {
    const event = String(entry.args[0]);
    const fields: LogFields = entry.args[1] ?? {};
    const line =
      options.format === "json"
        ? formatJson(entry, event, fields)
        : formatText(entry, event, fields, colour);
    options.terminal.writeLine(line);
  };
  // consola collapses equal messages by default: an audit trail must not.
  const log = createConsola({
    level: levels[options.verbosity],
    throttle: 0,
    reporters: [{ log: report }],
  });
  // There is one for each file, and consola takes 10 µs to drop it.
  return options.verbosity === "verbose" ? log : Object.assign(log, { debug: () => undefined });
}

// --- internal ---

/** Clipped in the middle, a secret would not be known for what it is; of a huge value enough is masked. */
function clean(text: string): string {
  const over = text.length - 4 * maxValueLength;
  if (over <= 0) return clip(maskSecrets(text));
  return clip(maskSecrets(text.slice(0, 4 * maxValueLength)), over);
}

function formatText(entry: LogObject, event: string, fields: LogFields, colour: boolean): string {
  const level = colour ? `\u001b[${colours[entry.type] ?? 0}m${entry.type}\u001b[0m` : entry.type;
  let line = `${entry.date.toISOString()} ${level} ${escapeText(event)}`;
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) line += ` ${escapeText(key)}=${quote(clean(toText(value)))}`;
  }
  return line;
}

function formatJson(entry: LogObject, event: string, fields: LogFields): string {
  const record: Record<string, unknown> = { time: entry.date, level: entry.type, event };
  for (const [key, value] of Object.entries(fields)) {
    // A field may not take the place of the time, the level or the event.
    const name = key in record ? `${key}_` : key;
    record[name] = isPlain(value) ? value : clean(toText(value));
  }
  return escapeJson(JSON.stringify(record));
}

function isPlain(value: unknown): boolean {
  return (
    value === undefined || value === null || typeof value === "boolean" || Number.isFinite(value)
  );
}

function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Error) return value.message;
  if (Array.isArray(value)) return value.map(toText).join(",");
  if (typeof value === "object" && value !== null) return JSON.stringify(value, writeBigInt);
  return String(value);
}

function writeBigInt(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function clip(text: string, cut = 0): string {
  const over = text.length - maxValueLength + cut;
  return over <= 0 ? text : `${text.slice(0, maxValueLength)}… (${over} more characters)`;
}

/** Bare where nothing could be misread; else in quotes, with `\\` and `\"` as in JSON. */
function quote(text: string): string {
  const escaped = escapeText(text.replaceAll(/["\\]/g, "\\$&"));
  return escaped === text && text !== "" && !/[\s=]/.test(text) ? text : `"${escaped}"`;
}
