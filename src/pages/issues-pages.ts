import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatCount } from "../observe/units.ts";
import {
  type Incident,
  type IncidentSpan,
  type Issue,
  readIncidentSpans,
  readIncidentsOf,
  readIssues,
} from "../results/issues.ts";
import { ownText, sql } from "../store/statement.ts";
import { outerLink, pathTo } from "./links.ts";
import { notFoundPage } from "./not-found-page.ts";
import type { MakePage } from "./page.ts";
import { factList, jsonTable } from "./run-parts.ts";
import { nextPage } from "./run-table.ts";
import { offsetAfter, offsetOf } from "./view-filter.ts";
import { ago, commitLink, cutWords, statusMark, treeTitle } from "./words.ts";

const pageRows = 100;
const maxIssues = 2_000;

/** All known issues, or one of them. */
export const issuesPage: MakePage = async ({ db, query, url, nowMs }) => {
  const all = await readIssues(db, ownText("1 = 1"), maxIssues + 1);
  // Of each the last version.
  const newest = [
    ...new Map(
      all
        .slice(0, maxIssues)
        .toSorted((a, b) => a.version - b.version)
        .map((one) => [one.id, one]),
    ).values(),
  ];
  const offset = offsetOf(query);
  const page = newest
    .sort((a, b) => ((a._timestamp ?? "") < (b._timestamp ?? "") ? 1 : -1))
    .slice(offset, offset + pageRows);
  const spans = await readIncidentSpans(
    db,
    page.map(({ id }) => id),
  );
  return {
    title: "Issues",
    rows: page,
    body: html`<h1>Known issues</h1>
${page.length === 0 ? html`<p class="card empty">No known issues.</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="Issues"><table class="trees"><thead><tr><th scope="col">Issue</th><th scope="col">Culprit</th><th scope="col">First seen</th><th scope="col">Last seen</th><th scope="col" class="number">Builds</th><th scope="col" class="number">Tests</th></tr></thead><tbody>${page.map((issue) => issueRow(issue, spans.get(issue.id), nowMs))}</tbody></table></div>`}
${cutWords(all.length > maxIssues, `the ${formatCount(maxIssues)} ingested last`)}
${nextPage(url, offsetAfter(offset, pageRows, newest.length))}`,
  };
};

/** One known issue, in its newest version, and where it was found. */
export const issuePage: MakePage = async ({ db, names, nowMs }) => {
  const id = names.join("/");
  const versions = await readIssues(db, sql`i.id = ${id}`, 100);
  const issue = versions.toSorted((a, b) => b.version - a.version)[0];
  if (!issue) return notFoundPage("No issue has this id:", id);
  const incidents = ((await readIncidentsOf(db, [id])).get(id) ?? []).toReversed();
  return {
    title: issue.comment || issue.id,
    rows: incidents,
    body: html`<p class="crumb"><a href="/issues">Known issues</a></p><h1>${foreign(issue.comment || issue.id, 300)}</h1>
${factList([
  ["Id", html`<code>${foreign(issue.id, 300)}</code> version ${issue.version}`],
  ["Origin", issue.origin],
  ["Culprit", culprit(issue)],
  [
    "Report",
    issue.report_url
      ? outerLink(issue.report_url, html`${foreign(issue.report_subject || issue.report_url, 200)}`)
      : issue.report_subject,
  ],
  ["Categories", issue.categories?.join(", ")],
])}
<h2>Where it was found</h2>
${incidents.length === 0 ? html`<p class="card empty">Not found anywhere yet.</p>` : html`<div class="scroll" tabindex="0" role="region" aria-label="Where it was found"><table><thead><tr><th scope="col">Test or build</th><th scope="col">Status</th><th scope="col">Commit</th><th scope="col">When</th></tr></thead><tbody>${incidents.slice(0, 200).map((one) => incidentRow(one, nowMs))}</tbody></table></div>`}
${incidents.length > 200 ? html`<p class="muted">The last 200 of ${formatCount(incidents.length)}.</p>` : undefined}
${jsonTable("More about this issue", issue.misc)}`,
  };
};

// --- internal ---

function culprit({ culprit_code, culprit_tool, culprit_harness }: Issue): string {
  const parts = [culprit_code && "code", culprit_tool && "tool", culprit_harness && "harness"];
  return parts.filter(Boolean).join(", ") || "–";
}

function seen(incident: Incident | undefined, nowMs: number): Html {
  if (!incident) return html`<td class="zero">–</td>`;
  return html`<td>${ago(incident._timestamp, nowMs)}<br><span class="muted">${foreign(treeTitle(incident), 60)}</span> ${commitLink(incident)}</td>`;
}

function issueRow(issue: Issue, span: IncidentSpan | undefined, nowMs: number): Html {
  const { first, last, builds = 0, tests = 0 } = span ?? {};
  return html`<tr><th scope="row"><a href="${pathTo("issue", issue.id)}">${foreign(issue.comment || issue.id, 200)}</a><br><span class="muted">${foreign(issue.origin, 40)}${issue.report_url ? html` · ${outerLink(issue.report_url, "report")}` : undefined}</span></th><td>${culprit(issue)}</td>${seen(first, nowMs)}${seen(last, nowMs)}<td class="number">${formatCount(builds)}</td><td class="number">${formatCount(tests)}</td></tr>
`;
}

function incidentRow(incident: Incident, nowMs: number): Html {
  const { test_id: test, build_id: build } = incident;
  const link = test
    ? html`<a href="${pathTo("test", test)}">test ${foreign(test, 120)}</a>`
    : build
      ? html`<a href="${pathTo("build", build)}">build ${foreign(build, 120)}</a>`
      : html`–`;
  return html`<tr><th scope="row">${link}</th><td>${statusMark(test ? incident.test_status : incident.build_status)}</td><td>${commitLink(incident)}<br><span class="muted">${foreign(treeTitle(incident), 80)}</span></td><td class="nowrap">${ago(incident._timestamp, nowMs)}</td></tr>
`;
}
