import { escapeText } from "../base/escape-text.ts";
import type { Accepted } from "../prepare/read-submission.ts";
import type { Mistake, Refusal } from "../submission/refusal.ts";
import { listNames } from "../submission/submission.ts";
import type { LineExcerpt } from "../submission/text/excerpt.ts";
import { newestVersion } from "../submission/versions/versions.ts";
import { colours, paint } from "./paint.ts";

export interface RenderOptions {
  color: boolean;
  /** Gives the piece of the refused file around a line and column, to be shown. */
  excerpt?: ((line: number, column: number) => LineExcerpt) | undefined;
}

const { bold, red, green, cyan } = colours;

/** Says in one line that a file is accepted, and what is in it. */
export function renderAccepted(
  file: string,
  reading: Pick<Accepted, "version" | "counts">,
  { color }: RenderOptions,
): string {
  const { version, counts } = reading;
  const items = listNames.flatMap((list) => {
    const name = counts[list] === 1 ? list.slice(0, -1) : list;
    return counts[list] > 0 ? [`${counts[list]} ${name}`] : [];
  });
  const { name: newest } = newestVersion;
  const upgraded = version === newest ? version : `${version}, upgraded to ${newest}`;
  const contents = items.join(", ") || "no objects";
  return `${paint("valid", green, color)}    ${escapeText(file)} (${upgraded}): ${contents}\n`;
}

/** Says why a file is refused: one paragraph a mistake. `file` is safe to show. */
export function renderRefusal(file: string, refusal: Refusal, options: RenderOptions): string {
  const { color } = options;
  const { issues, issueCount, reason, version } = refusal;
  const total = `${issueCount} mistake${issueCount === 1 ? "" : "s"}`;
  const named = version === undefined ? "" : ` (${version})`;
  const head = `${paint("refused", red, color)}  ${file}${named}: ${reason}, ${total}\n`;
  const body = issues.map((issue) => renderIssue(issue, options));
  const rest = issueCount - issues.length;
  const more = rest > 0 ? [`  … and ${rest} more (--max-issues shows more)\n`] : [];
  return [head, ...body, ...more].join("");
}

function renderIssue(issue: Mistake, { color, excerpt: excerptAt }: RenderOptions): string {
  const { path, line, column, expected, got, hint } = issue;
  const place = line === undefined ? "" : `${line}:${column} `;
  const lines = [`  ${place}${paint(path, bold, color)}: expected ${expected}, got ${got}`];
  if (hint) lines.push(`    ${paint("hint:", cyan, color)} ${hint}`);
  if (excerptAt && line !== undefined && column !== undefined) {
    const excerpt = excerptAt(line, column);
    const number = String(line);
    lines.push(`    ${number} | ${excerpt.text}`);
    lines.push(
      `    ${" ".repeat(number.length)} | ${" ".repeat(excerpt.caret)}${paint("^", red, color)}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
