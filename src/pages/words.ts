import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatCount } from "../observe/units.ts";
import { describeSince, type FailingRun, type SincePart } from "../results/describe-since.ts";
import type { AnyFailure } from "../results/failures.ts";
import type { Bound } from "../results/recent.ts";
import type { PastRun, TestRun } from "../results/runs.ts";
import type { ComparisonClass, HistoryVerdict } from "../results/verdict.ts";
import { nameOfCommit, outcomeOf } from "../results/words.ts";
import { type CommitPlace, commitPath, pathTo, runPath } from "./links.ts";

/** Small pieces that many pages show: a status, an age, a commit, since when. */

/** A status as a word in its colour. */
export function statusMark(status: string | null): Html {
  return html`<b class="status ${outcomeOf(status)}">${foreign(status ?? "NULL", 12)}</b>`;
}

/** A time as "2 h ago", with the time itself to be read on hover. */
export function ago(time: string | null, nowMs: number): Html {
  const atMs = time === null ? Number.NaN : Date.parse(time);
  if (time === null || Number.isNaN(atMs)) return html`<span class="muted">–</span>`;
  const iso = new Date(atMs).toISOString();
  const title = `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
  return html`<time datetime="${iso}" title="${title}">${ageOf(nowMs - atMs)}</time>`;
}

function ageOf(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** What a commit is called on a page; `–` for what nobody told. */
export function commitTitle(run: Parameters<typeof nameOfCommit>[0]): string {
  return nameOfCommit(run) ?? "–";
}

/** A commit with the link to its page. */
export function commitLink(run: CommitPlace & { readonly git_commit_name: string | null }): Html {
  if (!run.git_commit_hash) return html`<span class="muted">–</span>`;
  return html`<a class="hash" href="${commitPath(run)}" title="${run.git_commit_hash.slice(0, 200)}">${foreign(commitTitle(run), 60)}</a>`;
}

/** `mainline/master`; `–` for what nobody told. */
export function treeTitle(tree: {
  readonly tree_name: string | null;
  readonly git_repository_branch: string | null;
}): string {
  return `${tree.tree_name || "–"}/${tree.git_repository_branch || "–"}`;
}

/** What was built how: config, architecture, compiler. */
export function builtAs(run: {
  readonly config_name: string | null;
  readonly architecture: string | null;
  readonly compiler: string | null;
}): Html {
  const parts = [run.config_name, run.architecture, run.compiler].filter(Boolean);
  return parts.length === 0
    ? html`<span class="muted">no build known</span>`
    : html`${foreign(parts.join(" · "), 120)}`;
}

/** The classes as people read them. */
export const classWords: Readonly<Record<ComparisonClass | "unstable", string>> = {
  regression: "regression",
  newFailure: "new failure",
  unstable: "unstable",
  stillFailing: "still failing",
  fixed: "fixed",
  newPass: "new pass",
  appeared: "appeared",
  disappeared: "disappeared",
};

const classMoods: Readonly<Partial<Record<string, string>>> = {
  regression: "bad",
  newFailure: "bad",
  unstable: "warn",
  fixed: "good",
  newPass: "good",
};

/** A class in its colour. */
export function classChip(name: ComparisonClass | "unstable"): Html {
  return html`<span class="pill small ${classMoods[name] ?? ""}">${classWords[name]}</span>`;
}

/** The class that a failure is shown under; undefined: it waits for its checkout, or is alone. */
export function shownClass({
  class: found,
  verdict,
}: AnyFailure): ComparisonClass | "unstable" | undefined {
  return found === "stillFailing" && verdict === "unstable" ? "unstable" : found;
}

/** Since when something fails, with links to the commits and to the run that passed. */
export function sinceHtml(failure: FailingRun, nowMs: number): Html {
  return html`${describeSince(failure).map((part) => htmlOfPart(part, nowMs))}`;
}

function htmlOfPart(part: SincePart, nowMs: number): Html {
  if (typeof part === "string") return html`${part}`;
  switch (part.kind) {
    case "passed":
      return html`<a href="${runPath(part.run)}">${foreign(commitTitle(part.run), 60)}</a>`;
    case "this":
      return html`${commitLink(part.run)} (${ago(part.run.start_time, nowMs)})`;
    case "oldest":
      return commitLink(part.run);
    default:
      return html`${part.kind} <code>${foreign(part.id, 80)}</code>`;
  }
}

/** The verdict on a history in words. */
export const verdictWords: Readonly<Record<HistoryVerdict, string>> = {
  pass: "passes",
  fail: "never passed",
  fixed: "fixed",
  regression: "regression",
  unstable: "unstable",
};

const letters: Readonly<Record<string, string>> = {
  PASS: "P",
  FAIL: "F",
  ERROR: "E",
  SKIP: "S",
  MISS: "M",
  DONE: "D",
};

/** Runs as a row of lettered squares, the oldest left, each a link. */
export function squares(runs: readonly PastRun[], shownId: string | undefined): Html {
  return html`<ol class="squares" aria-label="Last runs, oldest first">${[...runs]
    .reverse()
    .map((run) => {
      const letter = letters[run.status ?? ""] ?? "–";
      const words = `${run.status ?? "no status"} at ${commitTitle(run)}, ${run.start_time?.slice(0, 16).replace("T", " ") ?? "no start"}`;
      const title = html`${words.slice(0, 300)}`;
      const current = run.id === shownId ? html` aria-current="true"` : undefined;
      return html`<li><a class="${outcomeOf(run.status)}" href="${runPath(run)}" title="${title}" aria-label="${title}"${current}>${letter}</a></li>`;
    })}</ol>`;
}

/** A board by its name, with the link to its page. */
export function boardLink(run: Pick<TestRun, "platform" | "environment_compatible">): Html {
  if (!run.platform) return html`<span class="muted">unknown board</span>`;
  const compatible = run.environment_compatible?.join(", ").slice(0, 300) ?? "";
  return html`<a href="${pathTo("hardware", run.platform)}" title="${compatible}">${foreign(run.platform, 80)}</a>`;
}

/** A number, quiet where it is 0. */
export function countCellOf(count: number, mood = ""): Html {
  return html`<td class="number ${count === 0 ? "zero" : mood}">${formatCount(count)}</td>`;
}

/** Says that a list was cut, and which part of it is shown; nothing where it is whole. */
export function cutWords(isCut: boolean, shown: string): Html | undefined {
  return isCut ? html`<p class="muted">There are more; only ${shown} are shown.</p>` : undefined;
}

/** Says what was looked at alone; nothing where all was. */
export function boundWords(bound: Bound | undefined): Html | undefined {
  if (!bound) return undefined;
  const { of, count } = bound;
  const last = of === "commits" ? "newest commits" : `${of} ingested last`;
  return html`<p class="muted">In a database of this size only the ${formatCount(count)} ${last} are searched here. A commit's page shows all of it.</p>`;
}
