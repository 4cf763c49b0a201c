import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatCount, formatCountOf } from "../observe/units.ts";
import { type MatrixCell, readMatrix } from "../results/facets.ts";
import { inconclusiveOf, totalOf } from "../results/tally.ts";
import { isBootPath } from "../results/words.ts";
import { commitHead, summarize } from "./commit-head.ts";
import { commitOfUrl, filterOf, isInTree } from "./commit-of-url.ts";
import { changed, commitPath, pathTo } from "./links.ts";
import type { MakePage } from "./page.ts";
import { givenValues } from "./view-filter.ts";
import { commitTitle } from "./words.ts";

const maxColumns = 60;
const maxRowsShown = 200;

/** Test path against board: the worst status of each cell, and how many. */
export const matrixPage: MakePage = async (asked) => {
  const { db, query, url } = asked;
  const found = await commitOfUrl(asked, asked.names);
  if ("answer" in found) return found.answer;
  const summary = await summarize(asked, found);
  const [group] = givenValues(query, "group");
  const cells = await readMatrix(db, filterOf(found), {
    where: isInTree(found),
    ...(group !== undefined && { group }),
  });
  const place = { ...found.checkouts[0], checkout_origin: query.get("origin") || null };
  const listed = (row: string, platform: string) => {
    const path = group === undefined ? `${row}*` : row;
    const base = commitPath(place);
    const chosen = new URLSearchParams({
      tab: isBootPath(row) ? "boots" : "tests",
      path,
      board: platform,
    });
    return `${base}${base.includes("?") ? "&" : "?"}${chosen}`;
  };
  return {
    title: `Matrix of ${commitTitle(found.checkouts[0])}`,
    rows: cells,
    body: html`${commitHead(asked, found, summary, true)}
<h2>${group === undefined ? "Test groups" : html`${foreign(group, 80)} <a class="chip" href="${changed(url, { group: undefined })}">all groups</a>`} by board</h2>
${matrix(cells, listed, group === undefined ? (row) => changed(url, { group: row }) : undefined)}`,
  };
};

// --- internal ---

function matrix(
  cells: readonly MatrixCell[],
  listed: (row: string, platform: string) => string,
  opens: ((row: string) => string) | undefined,
): Html {
  if (cells.length === 0) return html`<p class="card empty">No tests.</p>`;
  const fails = (some: readonly MatrixCell[]) => some.reduce((n, { count }) => n + count.FAIL, 0);
  const byFails = (groups: Map<string, MatrixCell[]>) =>
    [...groups].sort(([a, x], [b, y]) => fails(y) - fails(x) || (a < b ? -1 : 1));
  const rows = byFails(Map.groupBy(cells, ({ row }) => row));
  const boards = byFails(Map.groupBy(cells, ({ platform }) => platform)).map(([name]) => name);
  const columns = boards.slice(0, maxColumns);
  const hidden = boards.length - columns.length;
  return html`<div class="scroll matrix" tabindex="0" role="region" aria-label="Test path against board"><table>
<thead><tr><td></td>${columns.map((board) => html`<th scope="col"><a href="${pathTo("hardware", board)}">${foreign(board, 40)}</a></th>`)}</tr></thead>
<tbody>${rows.slice(0, maxRowsShown).map(([row, some]) => {
    const byBoard = new Map(some.map((cell) => [cell.platform, cell]));
    return html`<tr><th scope="row">${opens ? html`<a href="${opens(row)}">${foreign(row, 80)}</a>` : foreign(row, 120)}</th>${columns.map((board) => cellOf(byBoard.get(board), listed(row, board)))}</tr>
`;
  })}</tbody></table></div>
${hidden > 0 || rows.length > maxRowsShown ? html`<p class="muted">Only those with the most failures are shown; ${formatCountOf(Math.max(0, hidden), "board")} and ${formatCountOf(Math.max(0, rows.length - maxRowsShown), "row")} more are hidden.</p>` : undefined}`;
}

function cellOf(cell: MatrixCell | undefined, href: string): Html {
  if (!cell) return html`<td class="none"></td>`;
  const { count } = cell;
  const other = inconclusiveOf(count);
  const [mood, number] =
    count.FAIL > 0
      ? (["fail", count.FAIL] as const)
      : other > 0
        ? (["inconclusive", other] as const)
        : (["pass", count.PASS] as const);
  const word = { fail: "FAIL", inconclusive: "other", pass: "PASS" }[mood];
  const title = `${formatCount(count.PASS)} pass, ${formatCount(count.FAIL)} fail, ${formatCount(other)} inconclusive of ${formatCount(totalOf(count))}`;
  return html`<td class="${mood}"><a href="${href}" title="${title}"><span class="word">${word}</span> ${formatCount(number)}</a></td>`;
}
