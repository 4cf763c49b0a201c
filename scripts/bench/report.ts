import type { Growth } from "./measure-growth.ts";
import type { Result } from "./measure-pairs.ts";
import { median } from "./statistics.ts";

/** The latency of an idle service, in milliseconds. */
export interface Latency {
  database: string;
  medianMs: number;
  p99Ms: number;
  maxMs: number;
}

export interface Report {
  machine: string;
  /** Why the figures are not to be trusted. */
  warning?: string;
  databases: string[];
  results: Result[];
  latencies: Latency[];
  growths: Growth[];
  /** Median from start to end of `--help`, in milliseconds. */
  startMs?: number;
}

/** The report as Markdown. */
export function renderReport(report: Report): string {
  const { machine, warning, databases, results, latencies, growths, startMs } = report;
  const compared = results.filter(({ againstRatio }) => againstRatio !== undefined);
  const lines = [`${machine}; ${databases.join("; ")}`, ""];
  if (warning) lines.push(`**Warning**: ${warning}`, "");
  lines.push(
    ...tableOf(
      "workload | database | files | MB | rows | ours, ms | limit, ms | ours / limit | goal | files/s | µs/file | peak RSS, MB",
      results.map(renderResult),
    ),
    ...tableOf(
      "workload | database | ours, ms | other binary, ms | ours / other, pair by pair",
      compared.map(renderComparison),
    ),
    ...tableOf("latency | median, ms | p99, ms | most, ms", latencies.map(renderLatency), 1),
    ...tableOf(
      "growth of the cost | database | tests beforehand | ours, ms | with them, ms | growth | limit, ms | with them, ms | growth",
      growths.map(renderGrowth),
    ),
  );
  if (startMs !== undefined) lines.push(`Start-up to \`--help\`: ${startMs.toFixed(1)} ms`, "");
  return lines.join("\n");
}

// --- internal ---

/** A table with its head, of which all but the first columns hold numbers; nothing where it has no rows. */
function tableOf(head: string, rows: readonly string[], texts = 2): string[] {
  if (rows.length === 0) return [];
  const lines = head.split(" | ").map((_, place) => (place < texts ? "---" : "--:"));
  return [`| ${head} |`, `|${lines.join("|")}|`, ...rows, ""];
}

function renderLatency({ database, medianMs, p99Ms, maxMs }: Latency): string {
  return row([database, ...[medianMs, p99Ms, maxMs].map((ms) => ms.toFixed(1))]);
}

function renderResult(result: Result): string {
  const { oursMs, limitMs, allMs, allLimitMs, files } = result;
  return row([
    `(${result.workload}) ${result.title}`,
    result.database,
    String(files),
    (result.bytes / 1e6).toFixed(1),
    String(result.rows),
    `${oursMs.toFixed(0)} (${range(allMs)})`,
    limitMs === undefined ? "" : `${limitMs.toFixed(0)} (${range(allLimitMs ?? [])})`,
    result.ratio?.toFixed(2) ?? "",
    result.goal === undefined ? "" : `≤ ${result.goal}`,
    (files / (oursMs / 1000)).toFixed(0),
    ((oursMs * 1000) / files).toFixed(0),
    (result.peakRssBytes / 1e6).toFixed(0),
  ]);
}

function renderComparison(result: Result): string {
  const { workload, title, database, oursMs, allMs, allAgainstMs = [], againstRatio } = result;
  return row([
    `(${workload}) ${title}`,
    database,
    `${oursMs.toFixed(0)} (${range(allMs)})`,
    `${median(allAgainstMs).toFixed(0)} (${range(allAgainstMs)})`,
    againstRatio?.toFixed(3) ?? "",
  ]);
}

function renderGrowth({ database, testsBeforehand, files, ours, limit }: Growth): string {
  const cells = [ours, limit].flatMap(({ emptyMs, filledMs, growth }) => [
    `${median(emptyMs).toFixed(0)} (${range(emptyMs)})`,
    `${median(filledMs).toFixed(0)} (${range(filledMs)})`,
    growth.toFixed(3),
  ]);
  return row([`(g) ${files} small files`, database, String(testsBeforehand), ...cells]);
}

function range(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
