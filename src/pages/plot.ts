import { type Html, html } from "../observe/page/html.ts";
import { formatCount } from "../observe/units.ts";
import { inconclusiveOf, type StatusCount, totalOf } from "../results/tally.ts";

/** A commit in a plot. */
export interface PlottedCommit {
  readonly href: string;
  readonly title: string;
  readonly count: StatusCount;
  readonly isShown: boolean;
}

const height = 100;
/** A single failure among thousands must be seen. */
const leastHeight = 4;

/**
 * Commits as columns, the oldest left: above the line what passed, and what says nothing on top of it; below
 * it what failed, to a scale of its own, for a few failures among thousands are what one looks for. `isQuiet`
 * leaves its links out of the way of the keyboard, where another plot has the same.
 */
export function commitPlot(
  name: string,
  commits: readonly PlottedCommit[],
  isQuiet: boolean,
): Html {
  const upMost = Math.max(1, ...commits.map(({ count }) => totalOf(count) - count.FAIL));
  const downMost = Math.max(1, ...commits.map(({ count }) => count.FAIL));
  const failMost = Math.max(...commits.map(({ count }) => count.FAIL), 0);
  const columns = [...commits].reverse();
  return html`<div class="plot"><ol aria-label="${name} by commit, oldest first">${columns.map((commit) => column(commit, upMost, downMost, isQuiet))}</ol>
<p class="scale" aria-hidden="true"><span>${commits.length > 1 ? `${commits.length} commits` : "one commit"}</span><span>up to ${formatCount(upMost)}<span class="up"> pass</span>${failMost > 0 ? html`, <span class="fails">${formatCount(failMost)} fail</span>` : undefined}</span></p></div>`;
}

/** The share of pass, inconclusive and fail as one line. */
export function shareBar(count: StatusCount): Html {
  const total = totalOf(count);
  if (total === 0)
    return html`<svg class="share" aria-hidden="true" viewBox="0 0 100 1" preserveAspectRatio="none"></svg>`;
  const fail = count.FAIL === 0 ? 0 : Math.max(2, (100 * count.FAIL) / total);
  const other = (100 * inconclusiveOf(count)) / total;
  const parts = [
    ["fail", fail],
    ["inconclusive", Math.min(other, 100 - fail)],
    ["pass", Math.max(0, 100 - fail - other)],
  ] as const;
  let at = 0;
  return html`<svg class="share" aria-hidden="true" viewBox="0 0 100 1" preserveAspectRatio="none">${parts.map(
    ([mood, width]) => {
      const x = at;
      at += width;
      return html`<rect class="${mood}" x="${round(x)}" width="${round(width)}" height="1"/>`;
    },
  )}</svg>`;
}

// --- internal ---

function column(
  { href, title, count, isShown }: PlottedCommit,
  upMost: number,
  downMost: number,
  isQuiet: boolean,
): Html {
  const other = inconclusiveOf(count);
  const words = `${title}: ${formatCount(count.PASS)} pass, ${formatCount(count.FAIL)} fail, ${formatCount(other)} inconclusive`;
  const [passed, unclear, failed] = [
    scaled(count.PASS, upMost, height),
    scaled(other, upMost, height),
    scaled(count.FAIL, downMost, height / 2),
  ];
  return html`<li><a href="${href}" title="${words}" aria-label="${words}"${isShown ? html` aria-current="true"` : undefined}${isQuiet ? html` tabindex="-1"` : undefined}><svg aria-hidden="true" viewBox="0 0 10 ${height * 1.5}" preserveAspectRatio="none"><rect class="pass" x="1" width="8" y="${round(height - passed)}" height="${passed}"/><rect class="inconclusive" x="1" width="8" y="${round(Math.max(0, height - passed - unclear))}" height="${unclear}"/><rect class="fail" x="1" width="8" y="${height + 2}" height="${failed}"/></svg></a></li>`;
}

function scaled(value: number, most: number, room: number): number {
  if (value === 0) return 0;
  return round(Math.max(leastHeight, (value / most) * (room - 4)));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
