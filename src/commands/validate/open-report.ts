import { githubReport } from "./github-report.ts";
import { jsonReport } from "./json-report.ts";
import { junitReport } from "./junit-report.ts";
import type { Report, ReportFormat, ReportOptions } from "./report.ts";
import { sarifReport } from "./sarif-report.ts";
import { textReport } from "./text-report.ts";

const reports: Readonly<Record<ReportFormat, (options: ReportOptions) => Report>> = {
  text: textReport,
  json: jsonReport,
  github: githubReport,
  sarif: sarifReport,
  junit: junitReport,
};

/** Begins a report in a format. */
export function openReport(format: ReportFormat, options: ReportOptions): Report {
  return reports[format](options);
}
