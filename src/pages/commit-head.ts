import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatCount } from "../observe/units.ts";
import { inScope } from "../results/checkouts-of.ts";
import { beganBy, type CountedCommit, readCountedCommits } from "../results/commits.ts";
import { emptyTally, type RunTally } from "../results/tally.ts";
import { tallyOfAll } from "../results/tally-checkouts.ts";
import { allOf } from "../store/statement.ts";
import type { FoundCommit } from "./commit-of-url.ts";
import { commitPath, withParameters } from "./links.ts";
import type { PageRequest } from "./page.ts";
import { commitPlot, shareBar } from "./plot.ts";
import { tallyWords } from "./trees-page.ts";
import { ago, commitTitle, treeTitle } from "./words.ts";

/** How many commits are in a plot at most. */
const maxPlotted = 30;

/** What is known of a commit at a glance. */
export interface CommitSummary {
  readonly tally: RunTally;
  /** It and those before it, newest first. */
  readonly commits: readonly CountedCommit[];
}

/** Counts what there is of a commit, and of those before it. Throws `StoreFault`. */
export async function summarize(
  { db }: PageRequest,
  { hash, scope, checkouts }: FoundCommit,
): Promise<CommitSummary> {
  const start = checkouts[0].start_time;
  const commits = start
    ? await readCountedCommits(db, allOf([inScope(scope), beganBy(db, start)]), maxPlotted)
    : [];
  const own = commits.find(({ git_commit_hash }) => git_commit_hash === hash);
  const tally =
    own?.tally ??
    (await tallyOfAll(
      db,
      checkouts.map(({ id }) => id),
    ));
  return { tally: tally ?? emptyTally(), commits };
}

const views = [
  ["", "Failures"],
  ["builds", "Builds"],
  ["boots", "Boots"],
  ["tests", "Tests"],
] as const;

/** The head of all pages of a commit: what it is, its counts, the commits before it, and the ways on. */
export function commitHead(
  { url, query, nowMs }: PageRequest,
  { checkouts, hash }: FoundCommit,
  { tally, commits }: CommitSummary,
  isMatrix = false,
): Html {
  const [newest] = checkouts;
  const place = { ...newest, checkout_origin: query.get("origin") || null };
  const own = isMatrix ? "matrix" : (query.get("tab") ?? "");
  const before = commits.find(({ git_commit_hash }) => git_commit_hash !== hash);
  const tab = (name: string) => withTab(commitPath(place), name);
  const compare =
    before && newest.tree_name && newest.git_repository_branch
      ? withParameters(commitPath(place, "compare").split("?")[0] ?? "", {
          hashA: before.git_commit_hash,
          hashB: hash,
          origin: query.get("origin") ?? undefined,
        })
      : undefined;
  return html`<p class="crumb"><a href="/tree">Trees</a> / <a href="${commitPath({ ...place, git_commit_hash: null })}">${foreign(treeTitle(newest), 100)}</a></p>
<h1>${foreign(commitTitle(newest), 120)}</h1>
<p class="muted facts"><code>${foreign(hash, 100)}</code> · ${foreign([...new Set(checkouts.map(({ origin }) => origin))].join(", "), 100)} · ${ago(newest.start_time, nowMs)}${newest.git_commit_tags?.length ? html` · tags ${foreign(newest.git_commit_tags.join(", "), 100)}` : undefined}${newest.git_repository_url ? html` · ${foreign(newest.git_repository_url, 150)}` : undefined}${checkouts.length > 1 ? html` · ${checkouts.length} checkouts` : undefined}</p>
<div class="kinds">${(["builds", "boots", "tests"] as const).map((kind) => kindCard(kind, tally, commits, place, hash))}</div>
<nav class="tabs" aria-label="Views of this commit">${views.map(([name, title]) => html`<a href="${tab(name)}"${name === own ? html` aria-current="page"` : undefined}>${title}</a>`)}<a href="${commitPath(place, "matrix")}"${isMatrix ? html` aria-current="page"` : undefined}>Matrix</a>${compare ? html`<a class="aside" href="${compare}">Compare with the commit before</a>` : html`<span class="aside muted">${commits.length > 1 ? "" : "Nothing to compare with"}</span>`}</nav>
${url.searchParams.has("tab") || !isEmpty(tally) ? undefined : html`<p class="card empty">No builds yet. The checkout arrived ${ago(newest._timestamp ?? newest.start_time, nowMs)}.</p>`}`;
}

/** Whether nothing was told of a commit. */
export function isEmpty({ builds, boots, tests }: RunTally): boolean {
  return [builds, boots, tests].every((count) => Object.values(count).every((n) => n === 0));
}

// --- internal ---

const titles = { builds: "Builds", boots: "Boots", tests: "Tests" } as const;

function kindCard(
  kind: keyof typeof titles,
  tally: RunTally,
  commits: readonly CountedCommit[],
  place: Parameters<typeof commitPath>[0],
  shown: string,
): Html {
  const count = tally[kind];
  const plotted = commits.map((commit) => ({
    href: commitPath({ ...place, git_commit_hash: commit.git_commit_hash }),
    title: `${commitTitle(commit).slice(0, 100)}, ${commit.start_time.slice(0, 10)}`,
    count: commit.tally[kind],
    isShown: commit.git_commit_hash === shown,
  }));
  const failed = count.FAIL > 0;
  return html`<section class="card kind" aria-label="${titles[kind]}"><h2><a href="${withTab(commitPath(place), kind)}">${titles[kind]}</a></h2>
<p class="figure"><b class="${failed ? "fail" : "zero"}">${formatCount(count.FAIL)}</b> <span>failed</span></p>
<p class="rest">${tallyWords({ ...count, FAIL: 0 })}</p>${shareBar(count)}
${plotted.length > 0 ? commitPlot(titles[kind], plotted, kind !== "tests") : undefined}</section>`;
}

function withTab(path: string, tab: string): string {
  if (tab === "") return path;
  return `${path}${path.includes("?") ? "&" : "?"}tab=${tab}`;
}
