import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatCount, formatCountOf } from "../observe/units.ts";
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
    body: html`<h1>Waiting</h1>
<p class="lead">Results whose build or checkout has not arrived yet. They are kept, and appear under their commit as soon as it arrives.</p>
${isNone ? html`<div class="card empty good"><h2>Nothing is waiting</h2><p>Every test has its build, every build its checkout.</p></div>` : undefined}
${list("Tests without their build", "test", tests, nowMs)}
${list("Builds without their checkout", "build", builds, nowMs)}`,
  };
};

// --- internal ---

function list(title: string, kind: string, { total, ids, rows }: WaitingList, nowMs: number): Html {
  if (total === 0) return html``;
  return html`<h2>${title}</h2><p class="muted">${formatCountOf(total, kind)} ${total === 1 ? "is" : "are"} waiting for ${formatCountOf(ids, kind === "test" ? "build" : "checkout")}.</p>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><thead><tr><th scope="col">Waits for</th><th scope="col">Origin</th><th scope="col" class="number">Results</th><th scope="col">Since</th></tr></thead><tbody>${rows.map(
    ({ waits_for, origin, n, oldest }) =>
      html`<tr><th scope="row">${kind === "test" ? html`<a href="${pathTo("build", waits_for)}"><code>${foreign(waits_for, 150)}</code></a>` : html`<code>${foreign(waits_for, 150)}</code>`}</th><td class="nowrap">${foreign(origin, 60)}</td><td class="number">${formatCount(n)}</td><td class="nowrap">${ago(oldest, nowMs)}</td></tr>
`,
  )}</tbody></table></div>${rows.length < ids ? html`<p class="muted">Only the most wanted are shown.</p>` : undefined}`;
}
