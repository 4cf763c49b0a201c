import { isAbsolute } from "node:path";
import { pathToFileURL } from "node:url";
import { safeJson } from "../../base/safe-json.ts";
import type { Mistake } from "../../submission/refusal.ts";
import { whereOf } from "../../submission/text/where.ts";
import { version } from "../../version.ts";
import type { CheckedFile } from "./check-file.ts";
import type { Report } from "./report.ts";

const schema =
  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** One SARIF 2.1.0 log, for code scanning; results are written as they are found. */
export function sarifReport(): Report {
  const driver = { name: "kci-ingester", version: version() };
  const head = { $schema: schema, version: "2.1.0" };
  const run = { tool: { driver }, columnKind: "unicodeCodePoints" };
  const notifications: object[] = [];
  let isFirst = true;
  return {
    isForPeople: false,
    hasFixes: true,
    // The list of results stays open until the end.
    begin: () => `${safeJson(head).slice(0, -1)},"runs":[${safeJson(run).slice(0, -1)},"results":[`,
    tell(checked) {
      if (checked.fault) notifications.push(notificationOf(checked));
      const results = resultsOf(checked).map((result) => {
        const separator = isFirst ? "\n" : ",\n";
        isFirst = false;
        return `${separator}${safeJson(result)}`;
      });
      return results.join("");
    },
    end() {
      const invocation = {
        executionSuccessful: notifications.length === 0,
        toolExecutionNotifications: notifications,
      };
      return `\n],"invocations":[${safeJson(invocation)}]}]}\n`;
    },
  };
}

// --- internal ---

function resultsOf({ file, outcome, reading, warnings }: CheckedFile): object[] {
  const issues = reading?.accepted === false ? reading.refusal.issues : [];
  const level = outcome === "refused" ? "error" : "warning";
  return [
    ...issues.map((issue) => resultOf(file, issue, "error")),
    ...warnings.map((warning) => resultOf(file, warning, level)),
  ];
}

function resultOf(file: string, issue: Mistake, level: "error" | "warning"): object {
  const { path, line, column, code, expected, got, hint, times = 1, fix, edit } = issue;
  const text = `${whereOf(issue)}: expected ${expected}, got ${got}.${hint ? ` Hint: ${hint}` : ""}`;
  const artifactLocation = { uri: uriOf(file) };
  const region = line === undefined ? {} : { region: { startLine: line, startColumn: column } };
  const location = {
    physicalLocation: { artifactLocation, ...region },
    logicalLocations: [{ fullyQualifiedName: path }],
  };
  const replacement = edit && {
    deletedRegion: { charOffset: edit.offset, charLength: edit.length },
    insertedContent: { text: edit.text },
  };
  return {
    ruleId: code,
    level,
    message: { text },
    locations: [location],
    occurrenceCount: times,
    ...(replacement
      ? { fixes: [{ artifactChanges: [{ artifactLocation, replacements: [replacement] }] }] }
      : {}),
    ...(fix ? { properties: { jsonPatch: fix } } : {}),
  };
}

function notificationOf({ file, fault }: CheckedFile): object {
  return {
    level: "error",
    message: { text: fault?.message ?? "" },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }],
  };
}

/** A path as a URI, relative where the path is. */
function uriOf(file: string): string {
  if (file === "-") return "stdin";
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.toWellFormed().split("/").map(encodeURIComponent).join("/");
}
