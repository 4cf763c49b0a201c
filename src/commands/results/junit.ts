import { escapeXml } from "../../base/escape-markup.ts";

/** A run as a test case of JUnit. */
export interface JunitCase {
  readonly group: string;
  readonly name: string;
  readonly seconds: number | null;
  readonly status: string | null;
  readonly message: string;
}

/** Rows as the XML that CI systems read: FAIL is a failure, ERROR and MISS are errors, the rest but PASS is skipped. */
export function toJunit<R>(
  name: string,
  rows: readonly R[],
  toCase: ((row: R) => JunitCase) | undefined,
): string {
  const cases = toCase ? rows.map(toCase) : [];
  const count = (element: string) =>
    cases.filter((one) => elementOf(one.status) === element).length;
  const totals = `tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}" skipped="${count("skipped")}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${totals}>`,
    `  <testsuite name="${escapeXml(name)}" ${totals}>`,
    ...cases.map(toElement),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

// --- internal ---

function toElement({ group, name, seconds, status, message }: JunitCase): string {
  const time = seconds === null ? "" : ` time="${seconds}"`;
  const head = `    <testcase classname="${escapeXml(group)}" name="${escapeXml(name)}"${time}`;
  const element = elementOf(status);
  if (!element) return `${head}/>`;
  const told = [status ?? "no status", message].filter(Boolean).join(": ");
  return `${head}><${element} message="${escapeXml(told)}"/></testcase>`;
}

function elementOf(status: string | null): "failure" | "error" | "skipped" | undefined {
  if (status === "PASS") return undefined;
  if (status === "FAIL") return "failure";
  return status === "ERROR" || status === "MISS" ? "error" : "skipped";
}
