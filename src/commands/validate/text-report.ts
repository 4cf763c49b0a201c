import { escapeText } from "../../base/escape-text.ts";
import { renderAccepted, renderRefusal, renderWarnings } from "../render-reading.ts";
import type { CheckedFile, ShowLine } from "./check-file.ts";
import type { Report, ReportOptions } from "./report.ts";

/** For people: a line for each file, and a paragraph for each mistake, with the line that it is in. */
export function textReport({ color, quiet }: ReportOptions): Report {
  return {
    isForPeople: true,
    hasFixes: false,
    begin: () => "",
    tell: (checked, showLine) => tell(checked, showLine, color, quiet),
    end: () => "",
  };
}

// --- internal ---

function tell(
  checked: CheckedFile,
  showLine: () => ShowLine | undefined,
  color: boolean,
  quiet: boolean,
): string {
  const { reading, warnings, warningCount } = checked;
  if (!reading) return "";
  const file = escapeText(checked.file);
  const isTold = !reading.accepted || warnings.length > 0;
  // A terminal has the name in the line above; what reads a pipe finds it in every line.
  const options = {
    color,
    excerpt: isTold ? showLine() : undefined,
    prefix: color ? undefined : file,
  };
  if (!reading.accepted) return renderRefusal(file, reading.refusal, options);
  if (quiet && checked.outcome === "valid") return "";
  return `${renderAccepted(file, reading, checked.outcome, options)}${renderWarnings(warnings, warningCount, options)}`;
}
