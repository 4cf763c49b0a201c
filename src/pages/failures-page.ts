import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatCount } from "../observe/units.ts";
import { readHoldings } from "../results/facets.ts";
import { readTreeHeads } from "../results/trees.ts";
import { readWaitingTests } from "../results/waiting.ts";
import { failureSection } from "./failure-section.ts";
import { changed } from "./links.ts";
import type { MakePage, PageRequest } from "./page.ts";
import { readDays, readViewFilter } from "./view-filter.ts";
import { ago } from "./words.ts";

/** The start: what failed on the newest commit of every tree in the window. */
export const failuresPage: MakePage = async (asked) => {
  const { db, query, nowMs } = asked;
  const window = readDays(query, nowMs, "7");
  const { days } = window;
  const { from = window.from, to } = readViewFilter(query);
  const about = { ...(from && { from }), ...(to && { to }) };
  const heads = await readTreeHeads(db, { from, to });
  const section = await failureSection(asked, {
    about,
    // With an end, failures are still of the newest commits of all.
    ...(!to && { heads }),
    days,
    isOneCommit: false,
    offers: ["tree", "board", "arch", "config", "lab", "origin"],
    none:
      heads.length > 0 ? nothingFailed(heads.length, heads[0]?.start_time ?? null, nowMs) : html``,
  });
  const lead = html`<p class="lead">On the newest commit of ${heads.length === 1 ? "one tree" : html`<a href="/tree?days=${days}">${formatCount(heads.length)} trees</a>`}${days === "all" ? "" : ` of the last ${days} ${days === "1" ? "day" : "days"}`}.</p>`;
  return {
    title: "Failures",
    rows: section.chosen.map(({ run, class: name, verdict }) => ({ ...run, class: name, verdict })),
    body: html`<h1>What failed</h1>
${heads.length > 0 || section.total > 0 ? html`${lead}${section.body}` : await emptyState(asked, days)}`,
  };
};

/** Why there is nothing to show, and what to do. */
export async function emptyState(
  { db, url, sources, nowMs }: PageRequest,
  days: string,
): Promise<Html> {
  const { hasBuilds, hasTests, hasCheckouts, newest } = await readHoldings(db);
  if (!hasCheckouts && !hasBuilds && !hasTests) {
    return html`<div class="card empty"><h2>Nothing was ingested yet</h2>
<p>${sources.spool ? html`Put submissions into <code>${foreign(sources.spool.root, 300)}</code>, as files that end in <code>.json</code>.` : html`Put submissions into the spool, as files that end in <code>.json</code>, and let <code>kci-ingester monitor</code> ingest them.`} To try it with the samples of the project:</p>
<pre class="log">kci-ingester monitor --once --spool-dir scripts/samples --database sqlite:kernelci.db</pre></div>`;
  }
  if (newest !== undefined) {
    const needed = Math.ceil((nowMs - Date.parse(newest)) / 86_400_000) + 1;
    const window = needed > 0 && needed < 10_000 ? String(needed) : "all";
    return html`<div class="card empty"><h2>Nothing in the last ${days} days</h2><p>The newest result is from ${newest.slice(0, 10)}, ${ago(newest, nowMs)}. <a href="${changed(url, { days: window })}">Show the last ${window} days</a></p></div>`;
  }
  const waiting = await readWaitingTests(db, 1);
  return html`<div class="card empty"><h2>No results with a commit yet</h2><p>${formatCount(waiting.total)} tests are <a href="/waiting">waiting</a> for their builds. Search finds them, also by id.</p></div>`;
}

/** Nothing failed: said so, with what was run. */
function nothingFailed(trees: number, newest: string | null, nowMs: number): Html {
  return html`<div class="card empty good"><h2>Nothing failed</h2><p>${formatCount(trees)} ${trees === 1 ? "tree" : "trees"}, the newest commit of ${ago(newest, nowMs)}. <a href="/tree">See what ran</a></p></div>`;
}
