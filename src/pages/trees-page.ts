import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatCount } from "../observe/units.ts";
import { toScope } from "../results/checkouts-of.ts";
import { inconclusiveOf, type StatusCount, totalOf } from "../results/tally.ts";
import { type CountedTree, countTrees, maxPauseDays, readTreeHeads } from "../results/trees.ts";
import { emptyState } from "./failures-page.ts";
import { filterForm } from "./filter-form.ts";
import { commitPath } from "./links.ts";
import type { MakePage } from "./page.ts";
import { shareBar } from "./plot.ts";
import { nextPage } from "./run-table.ts";
import { offsetAfter, offsetOf, readDays, readViewFilter } from "./view-filter.ts";
import { ago, commitLink, treeTitle } from "./words.ts";

const pageRows = 100;

/** The trees, each with its newest commit and how it compares to the one before. */
export const treesPage: MakePage = async (asked) => {
  const { db, query, url, nowMs } = asked;
  const { days, from } = readDays(query, nowMs, "30");
  const filter = readViewFilter(query);
  const heads = await readTreeHeads(db, { from, ...toScope(filter) });
  const offset = offsetOf(query);
  const trees = await countTrees(db, heads.slice(offset, offset + pageRows));
  const offered = new Map([
    ["origin" as const, valuesBy(heads.map(({ origin }) => origin))],
    ["tree" as const, valuesBy(heads.map(({ tree_name }) => tree_name ?? "Unknown"))],
  ]);
  return {
    title: "Trees",
    rows: trees,
    body: html`<h1>Trees</h1>
${filterForm({ url, offered, days, keeps: [], hasPath: false })}
${
  trees.length === 0
    ? await emptyState(asked, days)
    : html`<div class="scroll" tabindex="0" role="region" aria-label="Trees"><table class="trees">
<thead><tr><th scope="col">Tree</th><th scope="col">Newest commit</th><th scope="col">Builds</th><th scope="col">Boots</th><th scope="col">Tests</th><th scope="col">Failures compared with the previous commit</th></tr></thead>
<tbody>${trees.map((tree) => treeRow(tree, nowMs))}</tbody></table></div>`
}
${nextPage(url, offsetAfter(offset, pageRows, heads.length))}`,
  };
};

/** Pass, fail and inconclusive in a cell. */
export function tallyCell(count: StatusCount): Html {
  if (totalOf(count) === 0) return html`<td class="zero">none yet</td>`;
  return html`<td class="tally">${tallyWords(count)}${shareBar(count)}</td>`;
}

/** `12 fail · 4,120 pass · 3 other`, the failures first. */
export function tallyWords(count: StatusCount): Html {
  const other = inconclusiveOf(count);
  return html`<span class="${count.FAIL > 0 ? "fail" : "zero"}">${formatCount(count.FAIL)} fail</span> <span class="pass">${formatCount(count.PASS)} pass</span>${other > 0 ? html` <span class="muted">${formatCount(other)} other</span>` : undefined}`;
}

// --- internal ---

function treeRow(tree: CountedTree, nowMs: number): Html {
  const place = { ...tree, checkout_origin: tree.origin };
  const { tally, before } = tree;
  const changes = (["builds", "boots", "tests"] as const).flatMap((kind) => {
    const change = before ? tally[kind].FAIL - before.tally[kind].FAIL : 0;
    return change === 0
      ? []
      : [
          html`<span class="${change > 0 ? "fail" : "pass"}">${change > 0 ? "+" : "−"}${formatCount(Math.abs(change))} ${kind}</span> `,
        ];
  });
  return html`<tr><th scope="row"><a href="${commitPath(place)}">${foreign(treeTitle(tree), 80)}</a><br><span class="muted">${foreign(tree.origin, 40)}</span></th><td>${commitLink(place)}<br><span class="muted">${ago(tree.start_time, nowMs)}</span></td>${tallyCell(tally.builds)}${tallyCell(tally.boots)}${tallyCell(tally.tests)}<td>${before ? html`${changes.length > 0 ? changes : html`<span class="muted">the same</span> `}<br><a class="hash" href="${commitPath({ ...place, git_commit_hash: before.git_commit_hash })}">${before.git_commit_hash.slice(0, 12)}</a>` : html`<span class="muted">no other in ${maxPauseDays} days</span>`}</td></tr>
`;
}

function valuesBy(all: readonly string[]) {
  return [...Map.groupBy(all, (one) => one)].map(([value, some]) => ({
    value,
    count: some.length,
  }));
}
