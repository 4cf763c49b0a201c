import { escapeText } from "../../base/escape-text.ts";
import { safeJson } from "../../base/safe-json.ts";
import { asksForPlain } from "../../config/read-config.ts";
import { firstSetting, readWord } from "../../config/settings.ts";
import { shorten } from "../../submission/text/printable.ts";
import { type JsonCommand, versioned } from "../json-outputs.ts";
import { colours, paint } from "../paint.ts";
import { print } from "../print.ts";
import { type JunitCase, toJunit } from "./junit.ts";

/** A column of a table for people, and of CSV. */
export interface OutputColumn<R> {
  readonly title: string;
  value(row: R): string | number | null | undefined;
}

/** Rows, and how they are shown. */
export interface Output<R> {
  /** What they are, as the name of the list in JSON. */
  readonly name: string;
  readonly rows: readonly R[];
  readonly columns: readonly OutputColumn<R>[];
  /** Further members of the JSON object. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** A row as JSON has it; absent: as it is. */
  toJson?(row: R): unknown;
  toJunit?(row: R): JunitCase;
}

/** Prints the rows of a command in the form that flags ask for. */
export async function printOutput<R>(
  command: JsonCommand,
  output: Output<R>,
  args: { json?: boolean | undefined; format?: string | undefined },
): Promise<void> {
  if (args.json) return print(toJsonText(command, output));
  const words = ["table", "csv", ...(output.toJunit ? ["junit"] : [])];
  const format = readWord(firstSetting(["--format", args.format]), "table", words);
  if (format === "csv") return print(toCsv(output));
  if (format === "junit") return print(toJunit(output.name, output.rows, output.toJunit));
  return print(toTable(output, isColoured()));
}

/** Whether somebody looks at the output who takes colours. */
export function isColoured(): boolean {
  return process.stdout.isTTY === true && !asksForPlain(process.env);
}

/** A status in its colour. */
export function paintStatus(text: string, coloured: boolean): string {
  const word = text.trim();
  const colour = { PASS: colours.green, fixed: colours.green }[word];
  const bad = { FAIL: colours.red, regression: colours.red, newFailure: colours.red }[word];
  const odd = /^(?:ERROR|MISS|SKIP|DONE|NULL)$/.test(word) ? colours.yellow : undefined;
  const code = colour ?? bad ?? odd;
  return code === undefined ? text : paint(text, code, coloured);
}

/** Rows in aligned columns, control bytes written out, each cell on one line. */
export function toTable<R>({ rows, columns }: Output<R>, coloured: boolean): string {
  if (rows.length === 0) return "";
  const cells = rows.map((row) => columns.map((column) => cellOf(column.value(row))));
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...cells.map((line) => Bun.stringWidth(line[at]?.text ?? ""))),
  );
  const head = columns.map(({ title }, at) => title.padEnd(widths[at] ?? 0)).join("  ");
  const lines = cells.map((line) =>
    line
      .map(({ text, isNumber }, at) => {
        const blanks = " ".repeat(Math.max(0, (widths[at] ?? 0) - Bun.stringWidth(text)));
        return isNumber ? blanks + text : paintStatus(text, coloured) + blanks;
      })
      .join("  ")
      .trimEnd(),
  );
  return [paint(head.trimEnd(), colours.bold, coloured), ...lines]
    .map((line) => `${line}\n`)
    .join("");
}

/** Rows as RFC 4180 has them; what a spreadsheet would take for a formula has a quote before it. */
export function toCsv<R>({ rows, columns }: Output<R>): string {
  const lines = rows.map((row) => columns.map((column) => csvField(column.value(row))));
  return [columns.map(({ title }) => csvField(title)), ...lines]
    .map((fields) => `${fields.join(",")}\r\n`)
    .join("");
}

// --- internal ---

/** Longer texts would leave no line whole. */
const maxCellLength = 72;

function cellOf(value: string | number | null | undefined): { text: string; isNumber: boolean } {
  if (typeof value === "number") return { text: String(value), isNumber: true };
  return { text: escapeText(shorten(value || "–", maxCellLength)), isNumber: false };
}

function csvField(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  const text = escapeText(value);
  const guarded = /^[=+\-@]/.test(text.trimStart()) ? `'${text}` : text;
  return /[",]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

function toJsonText<R>(
  command: JsonCommand,
  { name, rows, more = {}, toJson = (row) => row }: Output<R>,
): string {
  return `${safeJson(versioned(command, { ...more, [name]: rows.map((row) => toJson(row)) }))}\n`;
}
