import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatSeconds } from "../observe/units.ts";
import type { BuildRun, TestRun } from "../results/runs.ts";
import { changed, outerLink, runPath } from "./links.ts";
import { ago, boardLink, commitLink, statusMark, treeTitle } from "./words.ts";

/** How a table of runs is named, and what its rows say. */
export interface RunTable {
  readonly label: string;
  readonly nowMs: number;
  /** Whether each row says its tree and commit. */
  readonly hasCommit: boolean;
}

/** Tests or builds as a table. */
export function runTable(
  rows: readonly (TestRun | BuildRun)[],
  { label, nowMs, hasCommit }: RunTable,
): Html {
  if (rows.length === 0) return html`<p class="card empty">None.</p>`;
  const isTests = rows.some((run) => "path" in run);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table class="runs">
<thead><tr><th scope="col">Status</th>${isTests ? html`<th scope="col">Path</th><th scope="col">Board</th>` : undefined}<th scope="col">Config</th><th scope="col">Arch</th><th scope="col">Compiler</th>${hasCommit ? html`<th scope="col">Commit</th>` : undefined}<th scope="col">Lab</th><th scope="col">Start</th><th scope="col" class="number">Took</th><th scope="col">Log</th></tr></thead>
<tbody>${rows.map((run) => runRow(run, nowMs, hasCommit))}</tbody></table></div>`;
}

/** The way to the rows after these. */
export function nextPage(url: URL, next: string | undefined): Html {
  const isFirst = !url.searchParams.has("after");
  if (next === undefined && isFirst) return html``;
  return html`<nav class="pager" aria-label="Pages of the list">${isFirst ? undefined : html`<a href="${changed(url, {})}">First</a> `}${next === undefined ? undefined : html`<a href="${changed(url, { after: next })}">Next</a>`}</nav>`;
}

// --- internal ---

function runRow(run: TestRun | BuildRun, nowMs: number, hasCommit: boolean): Html {
  const isTest = "path" in run;
  const name = isTest ? run.path : run.config_name;
  const link = html`<a href="${runPath(run)}">${foreign(name || "Unknown", 120)}</a>`;
  return html`<tr><td>${statusMark(run.status)}</td>${isTest ? html`<th scope="row">${link}</th><td>${boardLink(run)}</td><td>${foreign(run.config_name ?? "–", 80)}</td>` : html`<th scope="row">${link}</th>`}<td>${foreign(run.architecture ?? "–", 40)}</td><td>${foreign(run.compiler ?? "–", 40)}</td>${hasCommit ? html`<td>${commitLink(run)}<br><span class="muted">${foreign(treeTitle(run), 80)}</span></td>` : undefined}<td>${foreign(run.lab ?? "–", 60)}</td><td class="nowrap">${ago(run.start_time, nowMs)}</td><td class="number">${run.duration === null ? "–" : formatSeconds(run.duration)}</td><td>${outerLink(run.log_url, "log")}</td></tr>
`;
}
