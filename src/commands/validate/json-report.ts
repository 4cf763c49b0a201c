import { safeJson } from "../../base/safe-json.ts";
import { newestVersion } from "../../submission/versions/versions.ts";
import { versioned } from "../json-outputs.ts";
import type { CheckedFile } from "./check-file.ts";
import type { Report } from "./report.ts";

/** For programs: one JSON object a line, with the same fields for every file. */
export function jsonReport(): Report {
  return {
    isForPeople: false,
    hasFixes: true,
    begin: () => "",
    tell: (checked) => `${safeJson(versioned("validate", toRecord(checked)))}\n`,
    end: () => "",
  };
}

// --- internal ---

/** The version is that of the result, or, of a refused file, the one that it names. */
function toRecord({ file, outcome, reading, fault, warnings, ...more }: CheckedFile) {
  const isValid = outcome === "valid";
  const common = { file, valid: isValid };
  const others = { warnings, warning_count: more.warningCount, outside: more.outside };
  if (reading?.accepted) {
    const { version, counts } = reading;
    const upgraded_from = version === newestVersion.name ? null : version;
    const reason = isValid ? null : "warnings";
    const issues = { reason, issues: [], issue_count: 0 };
    return { ...common, version: newestVersion.name, upgraded_from, ...issues, counts, ...others };
  }
  const {
    version = null,
    reason = "unreadable",
    issues = [],
    issueCount = 0,
  } = reading?.refusal ?? {};
  const what = {
    version,
    upgraded_from: null,
    reason,
    issues,
    issue_count: issueCount,
    counts: {},
  };
  return { ...common, ...what, ...others, ...(fault ? { message: fault.message } : {}) };
}
