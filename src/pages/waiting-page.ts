import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatCount } from "../observe/units.ts";
import { readWaitingBuilds, readWaitingTests, type WaitingList } from "../results/waiting.ts";
import { pathTo } from "./links.ts";
import type { MakePage } from "./page.ts";
import { ago } from "./words.ts";

const maxRowsShown = 200;

/** Rows that refer to a build or a checkout that has not arrived. */
export const waitingPage: MakePage = async ({ db, nowMs }) => {
  const tests = await readWaitingTests(db, maxRowsShown);
  const builds = await readWaitingBuilds(db, maxRowsShown);
  const isNone = tests.total + builds.total === 0;
  return {
    title: "Waiting",
    rows: [...tests.rows, ...builds.rows],
    body: html`<h1>What waits</h1>
<p class="lead">Results that refer to a build or a checkout that has not arrived. They are kept, and join their commit as soon as it comes.</p>
${isNone ? html`<div class="card empty good"><h2>Nothing waits</h2><p>Every test has its build, every build its checkout.</p></div>` : undefined}
${list("Tests without their build", "tests", tests, nowMs)}
${list("Builds without their checkout", "builds", builds, nowMs)}`,
  };
};

// --- internal ---

function list(title: string, kind: string, { total, ids, rows }: WaitingList, nowMs: number): Html {
  if (total === 0) return html``;
  return html`<h2>${title}</h2><p class="muted">${formatCount(total)} ${kind} wait for ${formatCount(ids)} ${kind === "tests" ? "builds" : "checkouts"}.</p>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr><th scope="col">Waits for</th><th scope="col">Origin</th><th scope="col" class="number">How many</th><th scope="col">Since</th></tr></thead><tbody>${rows.map(
    ({ waits_for, origin, n, oldest }) =>
      html`<tr><th scope="row">${kind === "tests" ? html`<a href="${pathTo("build", waits_for)}"><code>${foreign(waits_for, 150)}</code></a>` : html`<code>${foreign(waits_for, 150)}</code>`}</th><td>${foreign(origin, 60)}</td><td class="number">${formatCount(n)}</td><td class="nowrap">${ago(oldest, nowMs)}</td></tr>
`,
  )}</tbody></table></div>${rows.length < ids ? html`<p class="muted">Those that most wait for are shown.</p>` : undefined}`;
}
