import { createConsola, type LogObject } from "consola/core";
import { maskSecrets } from "../mask-secrets.ts";
import { escapeJson, escapeText } from "./escape-text.ts";
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

export interface LogOptions {
  readonly terminal: Terminal;
  readonly format: "text" | "json";
  /** `quiet`: warnings and errors only; `verbose`: debug too. */
  readonly verbosity: "quiet" | "normal" | "verbose";
  /** Colour for levels, where the terminal takes escape codes. */
  readonly colour?: boolean;
  /** Texts that must not leave the process, such as the storage token; each is replaced by `***`. */
  readonly secrets?: readonly string[];
}

/** The longest value in characters: the whole story is in the `.error` file. */
const maxValueLength = 2000;

const levels = { quiet: 1, normal: 3, verbose: 4 } as const;
const colours: Readonly<Record<string, number>> = { error: 31, warn: 33, info: 36, debug: 90 };

/**
 * A log on the terminal's stream: `time level event key=value …`, or a JSON object a line. Values
 * come from submissions, so none reaches the output with a control byte, and URLs lose passwords.
 */
export function createLog(options: LogOptions): Log {
  const secrets = (options.secrets ?? []).filter((secret) => secret.length > 0);
  // Secrets go first: clipped in the middle, one would not be known for what it is.
  const clean = (text: string) => maskSecrets(clip(hideSecrets(text, secrets)));
  const colour = options.colour === true && options.terminal.isInteractive;
  const report = (entry: LogObject) => {
    const event = String(entry.args[0]);
    const fields: LogFields = entry.args[1] ?? {};
    const line =
      options.format === "json"
        ? formatJson(entry, event, fields, clean)
        : formatText(entry, event, fields, clean, colour);
    options.terminal.writeLine(line);
  };
  // consola collapses equal messages by default: an audit trail must not.
  return createConsola({
    level: levels[options.verbosity],
    throttle: 0,
    reporters: [{ log: report }],
  });
}

// --- internal ---

type Clean = (text: string) => string;

function formatText(
  entry: LogObject,
  event: string,
  fields: LogFields,
  clean: Clean,
  colour: boolean,
): string {
  const level = colour ? `\u001b[${colours[entry.type] ?? 0}m${entry.type}\u001b[0m` : entry.type;
  let line = `${entry.date.toISOString()} ${level} ${escapeText(event)}`;
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) line += ` ${escapeText(key)}=${quote(clean(toText(value)))}`;
  }
  return line;
}

function formatJson(entry: LogObject, event: string, fields: LogFields, clean: Clean): string {
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

function clip(text: string): string {
  const over = text.length - maxValueLength;
  return over <= 0 ? text : `${text.slice(0, maxValueLength)}… (${over} more characters)`;
}

function hideSecrets(text: string, secrets: readonly string[]): string {
  let hidden = text;
  for (const secret of secrets) hidden = hidden.replaceAll(secret, "***");
  return hidden;
}

/** Bare where nothing could be misread; else in quotes, with `\\` and `\"` as in JSON. */
function quote(text: string): string {
  const escaped = escapeText(text.replaceAll(/["\\]/g, "\\$&"));
  return escaped === text && text !== "" && !/[\s=]/.test(text) ? text : `"${escaped}"`;
}
