import type { Report, ReportFormat, ReportOptions } from "./report.ts";

/** Begins a report in a format; the others are not loaded. */
export async function openReport(format: ReportFormat, options: ReportOptions): Promise<Report> {
  switch (format) {
    case "text":
      return (await import("./text-report.ts")).textReport(options);
    case "json":
      return (await import("./json-report.ts")).jsonReport();
    case "github":
      return (await import("./github-report.ts")).githubReport();
    case "sarif":
      return (await import("./sarif-report.ts")).sarifReport();
    case "junit":
      return (await import("./junit-report.ts")).junitReport();
  }
}
