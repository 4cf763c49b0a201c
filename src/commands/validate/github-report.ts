import { escapeText } from "../../base/escape-text.ts";
import type { Mistake } from "../../submission/refusal.ts";
import { whereOf } from "../../submission/text/where.ts";
import type { CheckedFile } from "./check-file.ts";
import type { Report } from "./report.ts";

/** Workflow commands of GitHub Actions, which shows each mistake at its line of the file. */
export function githubReport(): Report {
  return {
    isForPeople: true,
    hasFixes: false,
    begin: () => "",
    tell: (checked) => commandsOf(checked).join(""),
    end: () => "",
  };
}

// --- internal ---

function commandsOf({ file, outcome, reading, fault, warnings }: CheckedFile): string[] {
  if (fault) return [command("error", { file, title: "unreadable" }, fault.message)];
  const issues = reading?.accepted === false ? reading.refusal.issues : [];
  const level = outcome === "refused" ? "error" : "warning";
  return [
    ...issues.map((issue) => commandOf("error", file, issue)),
    ...warnings.map((warning) => commandOf(level, file, warning)),
  ];
}

function commandOf(level: "error" | "warning", file: string, issue: Mistake): string {
  const { line, column, code, expected, got, hint } = issue;
  const text = `${whereOf(issue)}: expected ${expected}, got ${got}${hint ? `\nhint: ${hint}` : ""}`;
  return command(level, { file, line, col: column, title: code }, text);
}

function command(
  name: string,
  properties: Record<string, string | number | undefined>,
  text: string,
): string {
  const written = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escapeProperty(String(value))}`],
  );
  return `::${name} ${written.join(",")}::${escapeData(text)}\n`;
}

/** The text may have lines; what else a terminal would act on is escaped before. */
function escapeData(text: string): string {
  const safe = text.split("\n").map(escapeText).join("\n");
  return safe.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(escapeText(text)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
