import { countUntold, whereOf } from "../../submission/text/where.ts";
import type { ShownRefusal } from "../state.ts";
import { formatCount } from "../units.ts";
import { type Html, html } from "./html.ts";
import { foreign, moment } from "./parts.ts";

/** How many of the last refused submissions the front page shows. */
const shownOnFront = 20;

/** A name for a refusal that is fit for a URL, whatever bytes the file's name holds. */
export function refusedId(refused: ShownRefusal): string {
  return Bun.hash(`${refused.whenMs}\n${refused.file}`).toString(36);
}

/** The last refused submissions, each with a link to its issues. */
export function renderRefusedList(all: readonly ShownRefusal[]): Html {
  if (all.length === 0) return html`<p class="muted">None since the start.</p>`;
  return html`<ol class="refused">
${all.slice(0, shownOnFront).map(
  (refused) => html`<li class="card">
<p class="head"><a href="/refused/${refusedId(refused)}">${foreign(refused.file, 120)}</a> <span class="pill small bad">${refused.reason}</span></p>
<p class="message">${foreign(refused.message)}</p>
<p class="muted">from ${origins(refused)} · ${formatIssues(refused.issueCount)} · ${moment(refused.whenMs)}</p>
</li>
`,
)}</ol>`;
}

/** Everything that is known of one refusal: the issue list; `back` leads to where it was chosen. */
export function renderRefused(
  refused: ShownRefusal,
  back = html`<a href="/">Back to the status</a>`,
): Html {
  return html`<p class="crumb">${back}</p>
<h1>${foreign(refused.file)}</h1>
<div class="card">
<p><span class="pill small bad">${refused.reason}</span></p>
<p class="message">${foreign(refused.message, 4000)}</p>
<p class="muted">from ${origins(refused)} · ${formatIssues(refused.issueCount)} · ${moment(refused.whenMs)}</p>
</div>
<h2>Issues</h2>
${renderIssues(refused)}
<p class="muted more">The file and its <code>.error</code> are in <code>failed/</code> of the spool; <code>kci-ingester failed</code> shows and retries them.</p>`;
}

function renderIssues(refused: ShownRefusal): Html {
  if (refused.issues.length === 0) return html`<p class="muted">No single place is at fault.</p>`;
  const hidden = countUntold(refused.issues, refused.issueCount);
  return html`<ol class="refused">
${refused.issues.map(
  ({ line, column, code, expected, got, hint, ...issue }) => html`<li class="card">
<p class="head"><code>${foreign(whereOf({ ...issue, code, expected, got }), 400)}</code> <span class="pill small">${foreign(code)}</span></p>
<dl class="issue">
${line === undefined ? undefined : html`<div><dt>Place</dt><dd>line ${formatCount(line)}${column === undefined ? "" : `, column ${formatCount(column)}`}</dd></div>`}
<div><dt>Expected</dt><dd>${foreign(expected, 1000)}</dd></div>
<div><dt>Got</dt><dd>${foreign(got, 1000)}</dd></div>
${hint === undefined ? undefined : html`<div><dt>Hint</dt><dd>${foreign(hint, 1000)}</dd></div>`}
</dl>
</li>
`,
)}</ol>
${hidden > 0 ? html`<p class="muted more">${formatIssues(hidden)} more, not kept in memory.</p>` : undefined}`;
}

function origins(refused: ShownRefusal): Html {
  return foreign(
    refused.origins.length === 0 ? "an unknown origin" : refused.origins.join(", "),
    200,
  );
}

function formatIssues(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "issue" : "issues"}`;
}
