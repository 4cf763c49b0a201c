import { countUntold, whereOf } from "../../submission/text/where.ts";
import { titleOfKind } from "../refusal-groups.ts";
import type { RefusalGroup, ShownRefusal } from "../state.ts";
import { formatCount, formatCountOf } from "../units.ts";
import { type Html, html } from "./html.ts";
import { foreign, moment } from "./parts.ts";

/** How many kinds of refusals the front page shows at once; the others can be unfolded. */
const shownOnFront = 6;

/** A name for a refusal that is fit for a URL, whatever bytes the file's name holds. */
export function refusedId(refused: ShownRefusal): string {
  return Bun.hash(`${refused.whenMs}\n${refused.file}`).toString(36);
}

/** The refused submissions by what is wrong with them: one card for each kind, however many files there are. */
export function renderRefusedGroups(all: readonly RefusalGroup[]): Html {
  if (all.length === 0) return html`<p class="muted">None since the start.</p>`;
  const others = all.slice(shownOnFront);
  return html`${groupList(all.slice(0, shownOnFront))}${
    others.length === 0
      ? undefined
      : html`<details class="more"><summary>${formatCountOf(others.length, "more kind")}</summary>${groupList(others)}</details>`
  }`;
}

function groupList(groups: readonly RefusalGroup[]): Html {
  return html`<ul class="refused">${groups.map((group) => groupCard(group))}</ul>`;
}

function groupCard({ kind, files, origins, newest }: RefusalGroup): Html {
  const [last, ...before] = newest;
  if (!last) return html``;
  const link = (one: ShownRefusal) =>
    html`<a href="/refused/${refusedId(one)}">${foreign(one.file, 80)}</a>`;
  const older = before.map((one, at) => html`${at === 0 ? "earlier " : ", "}${link(one)}`);
  return refusedCard({
    title: titleOfKind(kind),
    count: formatCountOf(files, "file"),
    message: last.message,
    newest: html`newest ${link(last)}, ${moment(last.whenMs)}`,
    origins,
    more: older.length > 0 ? html`${older}` : undefined,
  });
}

/** One kind of refusals: what is wrong, how often, and an example. */
export function refusedCard(card: {
  title: string;
  count: Html | string;
  message: string;
  newest: Html;
  origins: readonly string[];
  more?: Html | undefined;
}): Html {
  return html`<li class="card">
<p class="head"><b>${foreign(card.title, 60)}</b> <span class="pill small bad">${card.count}</span></p>
<p class="message">${foreign(card.message, 300)}</p>
<p class="muted">${card.newest} · from ${originNames(card.origins)}${card.more ? html` · ${card.more}` : undefined}</p>
</li>
`;
}

/** Everything that is known of one refusal: every mistake; `back` leads to where it was chosen. */
export function renderRefused(
  refused: ShownRefusal,
  back = html`<a href="/">Back to the status</a>`,
): Html {
  return html`<p class="crumb">${back}</p>
<h1>${foreign(refused.file)}</h1>
<div class="card">
<p><span class="pill small bad">${refused.reason}</span></p>
<p class="message">${foreign(refused.message, 4000)}</p>
<p class="muted">from ${originNames(refused.origins)} · ${formatCountOf(refused.issueCount, "mistake")} · ${moment(refused.whenMs)}</p>
</div>
<h2>Mistakes</h2>
${renderMistakes(refused)}
<p class="muted more">The file and its <code>.error</code> are in <code>failed/</code> of the spool; <code>kci-ingester failed</code> shows and retries them.</p>`;
}

function renderMistakes(refused: ShownRefusal): Html {
  if (refused.issues.length === 0)
    return html`<p class="muted">No single place in the file is wrong.</p>`;
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
${hidden > 0 ? html`<p class="muted more">${formatCountOf(hidden, "more mistake")}, not kept in memory.</p>` : undefined}`;
}

function originNames(origins: readonly string[]): Html {
  const shown = origins.slice(0, 5).join(", ");
  const rest = origins.length > 5 ? ` and ${formatCount(origins.length - 5)} more` : "";
  return foreign(origins.length === 0 ? "an unknown origin" : `${shown}${rest}`, 200);
}
