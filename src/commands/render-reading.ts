import type { Accepted } from "../prepare/read-submission.ts";
import type { Mistake, Refusal } from "../submission/refusal.ts";
import { listNames } from "../submission/submission.ts";
import type { LineExcerpt } from "../submission/text/excerpt.ts";
import { countUntold, whereOf } from "../submission/text/where.ts";
import { newestVersion } from "../submission/versions/versions.ts";
import { colours, paint } from "./paint.ts";

/** How a verdict is put into words. */
export interface RenderOptions {
  color: boolean;
  /** Shows the lines that the mistakes are in. */
  excerpt?: ((line: number, column: number) => LineExcerpt) | undefined;
  /** Name of the file, safe to show, to stand before each place: for editors and `grep`. */
  prefix?: string | undefined;
}

const { bold, red, green, yellow, cyan } = colours;

/** Says in one line that a file is accepted, and what is in it; `file` is safe to show. */
export function renderAccepted(
  file: string,
  { version, counts }: Pick<Accepted, "version" | "counts">,
  verdict: "valid" | "refused" | "unreadable",
  { color }: RenderOptions,
): string {
  const items = listNames.flatMap((list) => {
    const name = counts[list] === 1 ? list.slice(0, -1) : list;
    return counts[list] > 0 ? [`${counts[list]} ${name}`] : [];
  });
  const { name: newest } = newestVersion;
  const upgraded = version === newest ? version : `${version}, upgraded to ${newest}`;
  const contents = items.join(", ") || "no objects";
  const head =
    verdict === "valid" ? paint("valid    ", green, color) : paint("refused  ", red, color);
  const why = verdict === "valid" ? "" : "; warnings count as mistakes";
  return `${head}${file} (${upgraded}): ${contents}${why}\n`;
}

/** Says why a file is refused: one paragraph a mistake. `file` is safe to show. */
export function renderRefusal(file: string, refusal: Refusal, options: RenderOptions): string {
  const { issues, issueCount, reason, version } = refusal;
  const total = `${issueCount} mistake${issueCount === 1 ? "" : "s"}`;
  const named = version === undefined ? "" : ` (${version})`;
  const head = `${paint("refused", red, options.color)}  ${file}${named}: ${reason}, ${total}\n`;
  return `${head}${renderIssues(issues, issueCount, "", options)}`;
}

/** Tells what is odd about a file without being a mistake. */
export function renderWarnings(
  warnings: readonly Mistake[],
  warningCount: number,
  options: RenderOptions,
): string {
  return renderIssues(
    warnings,
    warningCount,
    `${paint("warning:", yellow, options.color)} `,
    options,
  );
}

// --- internal ---

function renderIssues(
  issues: readonly Mistake[],
  issueCount: number,
  word: string,
  options: RenderOptions,
): string {
  const body = issues.map((issue) => renderIssue(issue, word, options));
  const rest = countUntold(issues, issueCount);
  const more = rest > 0 ? `  … and ${rest} more (use --max-issues for more)\n` : "";
  return `${body.join("")}${more}`;
}

function renderIssue(
  issue: Mistake,
  word: string,
  { color, prefix, excerpt: excerptOf }: RenderOptions,
): string {
  const { line, column, expected, got, hint } = issue;
  const place = line === undefined ? [] : [line, column];
  const before =
    prefix === undefined
      ? `  ${place.join(":")}${place.length > 0 ? " " : ""}`
      : `${[prefix, ...place].join(":")}: `;
  const lines = [
    `${before}${word}${paint(whereOf(issue), bold, color)}: expected ${expected}, got ${got}`,
  ];
  if (hint) lines.push(`    ${paint("hint:", cyan, color)} ${hint}`);
  if (excerptOf && line !== undefined && column !== undefined) {
    const excerpt = excerptOf(line, column);
    const number = String(line);
    lines.push(`    ${number} | ${excerpt.text}`);
    lines.push(
      `    ${" ".repeat(number.length)} | ${" ".repeat(excerpt.caret)}${paint("^", red, color)}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
