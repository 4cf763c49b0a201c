import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { filesOf } from "../results/details.ts";
import type { RunHistory } from "../results/histories.ts";
import type { Issue } from "../results/issues.ts";
import type { BuildRun, TestRun } from "../results/runs.ts";
import { sinceOf } from "../results/verdict.ts";
import { excerptOf } from "./excerpt-of.ts";
import { commitPath, outerLink, pathTo, webAddress, withParameters } from "./links.ts";
import { isTelling, linesOf, logLines } from "./log-lines.ts";
import type { PageSources } from "./page.ts";
import { commitLink, cutWords, sinceHtml, squares, treeTitle } from "./words.ts";

/** What the pages of a test and of a build have in common. */

/** Facts as a list; those that are absent are left out. */
export function factList(
  facts: readonly (readonly [string, Html | string | null | undefined])[],
): Html {
  return html`<dl class="facts-list">${facts.flatMap(([name, value]) =>
    value === null || value === undefined || value === ""
      ? []
      : [
          html`<div><dt>${name}</dt><dd>${typeof value === "string" ? foreign(value, 500) : value}</dd></div>`,
        ],
  )}</dl>`;
}

const maxFields = 100;

/** An object of a row as a table of its fields. */
export function jsonTable(title: string, value: unknown): Html {
  if (value === null || typeof value !== "object") return html``;
  const all = Object.entries(value);
  const entries = all.slice(0, maxFields);
  if (entries.length === 0) return html``;
  return html`<h2>${title}</h2><div class="scroll" tabindex="0" role="region" aria-label="${title}"><table class="settings"><tbody>${entries.map(
    ([name, field]) =>
      html`<tr><th scope="row">${foreign(name, 100)}</th><td>${jsonText(field)}</td></tr>`,
  )}</tbody></table></div>${cutWords(all.length > maxFields, `the first ${maxFields}`)}`;
}

/** The way back from a run: its tree and its commit, or the page of what waits for them. */
export function crumbOf(run: TestRun | BuildRun): Html {
  if (!run.git_commit_hash) return html`<p class="crumb"><a href="/waiting">Waiting</a></p>`;
  return html`<p class="crumb"><a href="${commitPath({ ...run, git_commit_hash: null })}">${foreign(treeTitle(run), 100)}</a> / ${commitLink(run)}</p>`;
}

/** The last runs of a test or build as squares, and since when it fails; `verdict` says what they come to. */
export function historyPart(
  run: TestRun | BuildRun,
  history: RunHistory<TestRun | BuildRun>,
  nowMs: number,
  verdict?: Html,
): Html {
  const since = sinceHtml({ run, since: sinceOf(history.runs), history }, nowMs);
  return html`<section class="card history" aria-labelledby="h-history"><h2 id="h-history">History</h2>${verdict}${squares(history.runs, run.id)}
<p class="since">${since}</p></section>`;
}

/** The files that a row tells of. */
export function fileList(title: string, list: unknown): Html {
  const all = filesOf(list);
  const files = all.slice(0, maxFields);
  if (files.length === 0) return html``;
  return html`<h2>${title}</h2><ul class="files">${files.map(({ name, url }) => html`<li>${outerLink(url, html`${foreign(name, 150)}`)}${webAddress(url) ? undefined : html` <span class="muted">${foreign(name, 150)}</span>`}</li>`)}</ul>${cutWords(all.length > maxFields, `the first ${maxFields}`)}`;
}

/** How many lines stand on the page itself: the last ones. */
const shownLines = 60;

/** The log excerpt, or why there is none. */
export async function excerptPart(
  kind: "test" | "build",
  run: {
    readonly id: string;
    readonly log_excerpt: string | null;
    readonly output_files: unknown;
    readonly log_url: string | null;
  },
  sources: PageSources,
): Promise<Html> {
  const excerpt = await excerptOf(run, sources);
  const whole = run.log_url ? html` · ${outerLink(run.log_url, "full log")}` : undefined;
  if (!("text" in excerpt)) {
    return html`<h2 id="log">Log excerpt</h2><p class="muted">Not available here: ${foreign(excerpt.why, 300)}${excerpt.url ? html` · ${outerLink(excerpt.url, "open it")}` : undefined}${whole}</p>`;
  }
  const lines = linesOf(excerpt.text.trimEnd());
  const first = lines.findIndex(isTelling);
  const page = withParameters("/log", { [kind]: run.id });
  return html`<h2 id="log">Log excerpt</h2><p class="muted">${lines.length > shownLines ? `The last ${shownLines} of ${lines.length} lines` : `${lines.length} lines`} · <a href="${page}">with line numbers</a>${first >= 0 ? html` · <a href="${page}#L${first + 1}">jump to the first suspicious line</a>` : undefined}${whole}</p>
${logLines(lines.slice(-shownLines), 2_000)}`;
}

/** Known issues that were found in it. */
export function issueLines(issues: readonly Issue[]): Html {
  if (issues.length === 0) return html``;
  return html`<h2>Known issues</h2><ul>${issues.map((issue) => html`<li><a href="${pathTo("issue", issue.id)}">${foreign(issue.comment || issue.id, 200)}</a>${issue.report_url ? html` · ${outerLink(issue.report_url, html`${foreign(issue.report_subject || "report", 150)}`)}` : undefined}</li>`)}</ul>`;
}

// --- internal ---

function jsonText(value: unknown): Html {
  if (typeof value === "string") {
    return webAddress(value) && /^https?:/i.test(value)
      ? outerLink(value, html`${foreign(value, 300)}`)
      : foreign(value, 2_000);
  }
  return html`<code>${foreign(JSON.stringify(value) ?? "", 2_000)}</code>`;
}
