import { escapeXml, escapeXmlLines } from "../../base/escape-markup.ts";
import { escapeText } from "../../base/escape-text.ts";
import type { Mistake } from "../../submission/refusal.ts";
import { whereOf } from "../../submission/text/where.ts";
import type { CheckedFile } from "./check-file.ts";
import type { Report } from "./report.ts";

/** JUnit's XML, for the test reports of CI systems: each file is a suite with one case. */
export function junitReport(): Report {
  return {
    isForPeople: false,
    hasFixes: false,
    begin: () =>
      '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="kci-ingester validate">\n',
    tell: suiteOf,
    end: () => "</testsuites>\n",
  };
}

// --- internal ---

function suiteOf(checked: CheckedFile): string {
  const { file, outcome, fault, warnings } = checked;
  const name = `name="${escapeXml(file)}"`;
  const counts = `tests="1" failures="${Number(outcome === "refused")}" errors="${Number(outcome === "unreadable")}" skipped="0"`;
  const wrong =
    outcome === "refused"
      ? failureOf(checked)
      : fault
        ? `<error type="unreadable" message="${escapeXml(fault.message)}"/>\n`
        : "";
  const beside =
    outcome === "valid" && warnings.length > 0
      ? `<system-out>${escapeXmlLines(linesOf(file, warnings))}</system-out>\n`
      : "";
  const test = `<testcase ${name} classname="kci-ingester.validate" file="${escapeXml(file)}" time="0">\n${wrong}${beside}</testcase>\n`;
  return `<testsuite ${name} ${counts} time="0">\n${test}</testsuite>\n`;
}

function failureOf({ file, reading, warnings, warningCount }: CheckedFile): string {
  const refusal = reading?.accepted === false ? reading.refusal : undefined;
  const message = refusal ? `${refusal.reason}: ${refusal.message}` : `${warningCount} warnings`;
  const lines = linesOf(file, refusal?.issues ?? warnings);
  return `<failure type="${escapeXml(refusal?.reason ?? "warnings")}" message="${escapeXml(message)}">${escapeXmlLines(lines)}</failure>\n`;
}

function linesOf(file: string, issues: readonly Mistake[]): string {
  const lines = issues.map((issue) => {
    const { line, column, expected, got, hint } = issue;
    const place = line === undefined ? file : `${file}:${line}:${column}`;
    return `${escapeText(`${place}: ${whereOf(issue)}: expected ${expected}, got ${got}`)}${hint ? `\n  hint: ${escapeText(hint)}` : ""}`;
  });
  return lines.join("\n");
}
