import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { renderRefused } from "../observe/page/refused.ts";
import { formatBytes, formatCountOf } from "../observe/units.ts";
import { type FailedFile, listFailed } from "../spool/list-failed.ts";
import { printableName } from "../spool/name.ts";
import { withParameters } from "./links.ts";
import { notFoundPage } from "./not-found-page.ts";
import type { MakePage } from "./page.ts";
import { nextPage } from "./run-table.ts";
import { offsetAfter, offsetOf } from "./view-filter.ts";
import { ago } from "./words.ts";

const pageRows = 50;

/** Submissions that were refused, newest first, with their reasons; or one of them with every mistake. */
export const refusedRoute: MakePage = async ({ sources, query, url, nowMs }) => {
  if (!sources.spool)
    return notFoundPage("No spool was named: serve --spool-dir shows what was refused.");
  const all = listFailed(sources.spool).toReversed();
  const wanted = query.get("file");
  if (wanted !== null) {
    const found = all.find(({ file }) => printableName(file.name) === wanted);
    return found ? oneRefused(found) : notFoundPage("No such submission is in failed/:", wanted);
  }
  const offset = offsetOf(query);
  const page = all.slice(offset, offset + pageRows);
  return {
    title: "Refused",
    body: html`<h1>Refused submissions</h1>
<p class="lead">${all.length === 0 ? "None lies in failed/." : html`${formatCountOf(all.length, "file")} in <code>failed/</code>. <code>kci-ingester failed retry</code> tries them again.`}</p>
<ol class="refused">${page.map((one) => item(one, nowMs))}</ol>
${nextPage(url, offsetAfter(offset, pageRows, all.length))}`,
  };
};

// --- internal ---

function item({ file, reason, refusedAtMs }: FailedFile, nowMs: number): Html {
  const name = printableName(file.name);
  return html`<li class="card"><p class="head"><a href="${withParameters("/refused", { file: name })}">${foreign(name, 120)}</a> ${reason ? html`<span class="pill small bad">${foreign(reason.reason, 60)}</span>` : undefined}</p>
<p class="message">${foreign(reason?.message ?? "Its .error file is gone: kci-ingester validate tells why.")}</p>
<p class="muted">from ${foreign(reason?.origins.join(", ") || "an unknown origin", 200)} · ${formatBytes(file.bytes)} · ${ago(new Date(refusedAtMs).toISOString(), nowMs)}</p></li>
`;
}

function oneRefused({ file, reason, refusedAtMs }: FailedFile) {
  const name = printableName(file.name);
  const back = html`<a href="/refused">Refused submissions</a>`;
  const body = reason
    ? renderRefused({ ...reason, file: name, whenMs: refusedAtMs }, back)
    : html`<p class="crumb">${back}</p><h1>${foreign(name, 200)}</h1><p>Its .error file is gone: <code>kci-ingester validate</code> tells why it was refused.</p>`;
  return {
    title: `Refused: ${name.slice(0, 100)}`,
    body,
  };
}
