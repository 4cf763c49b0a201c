import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatCount } from "../observe/units.ts";
import { checkoutsOf, inScope, resolveCommit } from "../results/checkouts-of.ts";
import { beganBy, readCommits } from "../results/commits.ts";
import {
  type ComparedBuild,
  type ComparedTest,
  type Comparison,
  compareCheckouts,
} from "../results/compare.ts";
import { countClasses, type Pair } from "../results/pair-runs.ts";
import type { Checkout } from "../results/runs.ts";
import { inconclusiveOf } from "../results/tally.ts";
import { type ComparisonClass, comparisonClasses } from "../results/verdict.ts";
import { allOf } from "../store/statement.ts";
import { scopeOfUrl } from "./commit-of-url.ts";
import { changed, runPath } from "./links.ts";
import { notFoundPage } from "./not-found-page.ts";
import type { MakePage, PageRequest, ShownPage } from "./page.ts";
import { nextPage } from "./run-table.ts";
import { givenValues, isAnyLike, offsetAfter, offsetOf } from "./view-filter.ts";
import { ago, classChip, classWords, commitLink, statusMark, treeTitle } from "./words.ts";

const pageRows = 200;
const usualClasses = ["regression", "newFailure", "fixed"];
type AnyPair = Pair<ComparedTest> | Pair<ComparedBuild>;

/** Two commits side by side: of one tree, or of two. */
export const comparePage: MakePage = async (asked) => {
  const { db, query, names, url } = asked;
  const newer = await sideOf(asked, query.get("hashB") || "latest", names);
  if ("title" in newer) return newer;
  const otherTree = query.get("treeA");
  const otherNames = otherTree ? [otherTree, query.get("branchA") ?? ""].filter(Boolean) : names;
  const given = query.get("hashA");
  const older = given
    ? await sideOf(asked, given, otherNames)
    : await before(asked, newer[0], otherNames);
  if ("title" in older) return older;
  const comparison = await compareCheckouts(
    db,
    older.map(({ id }) => id),
    newer.map(({ id }) => id),
  );
  const pairs = allPairs(comparison);
  const given2 = givenValues(query, "class");
  const classes = given2.length > 0 ? given2 : usualClasses;
  const chosen = pairs.filter((pair) => classes.includes(pair.class) && isChosenPair(pair, query));
  const offset = offsetOf(query);
  const page = chosen.slice(offset, offset + pageRows);
  return {
    title: "Compare",
    rows: chosen,
    body: html`<h1>Compare two commits of ${foreign(names.join("/"), 100)}</h1>
${sides(asked, older[0], newer[0])}
${head(comparison)}
${chips(url, pairs, classes)}
${table(page)}
<p class="muted">${formatCount(page.length)} of ${formatCount(chosen.length)} pairs. All checkouts of each commit are looked at; the dashboard looks at the newest of each.</p>
${nextPage(url, offsetAfter(offset, pageRows, chosen.length))}`,
  };
};

// --- internal ---

type FoundSide = [Checkout, ...Checkout[]] | ShownPage;

async function sideOf(
  { db, query }: PageRequest,
  text: string,
  names: readonly string[],
): Promise<FoundSide> {
  const scope = scopeOfUrl(query, names);
  const found = await resolveCommit(db, text, scope);
  if (!("hash" in found)) return notFoundPage("No such commit in this tree:", text);
  const [first, ...others] = await checkoutsOf(db, found.hash, scope);
  return first ? [first, ...others] : notFoundPage("No such commit in this tree:", text);
}

async function before(
  asked: PageRequest,
  newer: Checkout,
  names: readonly string[],
): Promise<FoundSide> {
  const { db, query } = asked;
  const where = inScope(scopeOfUrl(query, names));
  const commits = newer.start_time
    ? await readCommits(db, allOf([where, beganBy(db, newer.start_time)]), 2)
    : [];
  const found = commits.find(({ git_commit_hash }) => git_commit_hash !== newer.git_commit_hash);
  if (!found)
    return notFoundPage(
      "There is no earlier commit to compare with:",
      newer.git_commit_hash ?? "–",
    );
  return sideOf(asked, found.git_commit_hash, names);
}

function allPairs({ builds, boots, tests }: Comparison): AnyPair[] {
  const all: AnyPair[] = [...builds, ...boots, ...tests];
  const place = ({ class: name, isInconclusive }: AnyPair) =>
    comparisonClasses.indexOf(name) * 2 + (isInconclusive ? 1 : 0);
  return all.sort((a, b) => place(a) - place(b));
}

function isTest(run: ComparedTest | ComparedBuild): run is ComparedTest {
  return "path" in run;
}

/** By path, board, config and architecture; a status holds after pairing, of either side. */
function isChosenPair({ older, newer }: AnyPair, query: URLSearchParams): boolean {
  const run: ComparedTest | ComparedBuild | undefined = newer ?? older;
  if (!run) return false;
  const value = {
    path: isTest(run) ? run.path : null,
    board: isTest(run) ? run.platform : null,
    config: run.config_name,
    arch: run.architecture,
  };
  return (
    Object.entries(value).every(([name, text]) => isAnyLike(text, givenValues(query, name))) &&
    [older, newer].some((one) => one && isAnyLike(one.status, givenValues(query, "status")))
  );
}

function sides({ url, query, nowMs }: PageRequest, older: Checkout, newer: Checkout): Html {
  const side = (letter: string, checkout: Checkout) => {
    const place = { ...checkout, checkout_origin: query.get("origin") || null };
    return html`<div class="card"><h2>${letter === "A" ? "Older" : "Newer"}: ${commitLink(place)}</h2><p class="muted">${foreign(treeTitle(checkout), 80)} · ${ago(checkout.start_time, nowMs)}</p></div>`;
  };
  const [a, b] = [older.git_commit_hash ?? "", newer.git_commit_hash ?? ""];
  const fields = ["origin", "treeA", "branchA"].flatMap((name) =>
    givenValues(query, name).map(
      (value) => html`<input type="hidden" name="${name}" value="${value}">`,
    ),
  );
  return html`<div class="sides">${side("A", older)}${side("B", newer)}</div>
<form class="filters" action="${url.pathname}" aria-label="Commits"><label>Older <input name="hashA" value="${a}" size="14"></label><label>Newer <input name="hashB" value="${b}" size="14"></label><label>Path <input name="path" size="12" value="${givenValues(query, "path")[0] ?? ""}" placeholder="ltp.*"></label><label>Board <input name="board" size="12" value="${givenValues(query, "board")[0] ?? ""}" placeholder="rk3399*"></label>${fields}<button>Compare</button>
<span class="ways"><a href="${changed(url, { hashA: b, hashB: a })}">Swap</a> <a href="${changed(url, { hashA: undefined, hashB: b })}">Previous commit</a> <a href="${changed(url, { hashA: a, hashB: undefined })}">Newest</a></span></form>`;
}

function head(comparison: Comparison): Html {
  const { older, newer } = comparison;
  const kinds = ["builds", "boots", "tests"] as const;
  const three = (count: (typeof older)["builds"]) => [
    count.PASS,
    count.FAIL,
    inconclusiveOf(count),
  ];
  const difference = (n: number) =>
    n === 0 ? "0" : n > 0 ? `+${formatCount(n)}` : `−${formatCount(-n)}`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Counts"><table class="counts"><thead><tr><td></td>${["Older", "Newer", "Difference"].map((side) => html`<th scope="colgroup" colspan="3">${side}</th>`)}${comparisonClasses.map((name) => html`<th scope="col" rowspan="2" class="number">${classWords[name]}</th>`)}</tr><tr><td></td>${[0, 1, 2].map(() => html`<th scope="col" class="number">pass</th><th scope="col" class="number">fail</th><th scope="col" class="number">other</th>`)}</tr></thead>
<tbody>${kinds.map((kind) => {
    const [a, b] = [three(older[kind]), three(newer[kind])];
    const classes = countClasses(comparison[kind]);
    const numbers = [...a, ...b].map(
      (n, at) =>
        html`<td class="number ${n === 0 ? "zero" : at % 3 === 1 ? "fail" : ""}">${formatCount(n)}</td>`,
    );
    const differences = b.map(
      (n, at) => html`<td class="number">${difference(n - (a[at] ?? 0))}</td>`,
    );
    return html`<tr><th scope="row">${kind[0]?.toUpperCase() ?? ""}${kind.slice(1)}</th>${numbers}${differences}${comparisonClasses.map((name) => html`<td class="number ${classes[name] === 0 ? "zero" : ""}">${formatCount(classes[name])}</td>`)}</tr>`;
  })}</tbody></table></div>`;
}

function chips(url: URL, pairs: readonly AnyPair[], inForce: readonly string[]): Html {
  const counts = countClasses(pairs);
  return html`<ul class="classes" aria-label="Classes">${comparisonClasses.map((name) => {
    const isOn = inForce.includes(name);
    const rest = isOn ? inForce.filter((one) => one !== name) : [...inForce, name];
    return html`<li><a class="card ${name}" href="${changed(url, { class: rest })}"${isOn ? html` aria-current="true"` : undefined}><b>${formatCount(counts[name])}</b> ${classWords[name as ComparisonClass]}</a></li>`;
  })}</ul>`;
}

function table(page: readonly AnyPair[]): Html {
  if (page.length === 0) return html`<p class="card empty">Nothing in these classes.</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Pairs"><table class="runs"><thead><tr><th scope="col">Class</th><th scope="col">Test or build</th><th scope="col">Board</th><th scope="col">Config</th><th scope="col">Arch</th><th scope="col">Older</th><th scope="col">Newer</th></tr></thead>
<tbody>${page.map(pairRow)}</tbody></table></div>`;
}

function pairRow({ class: name, isInconclusive, older, newer }: AnyPair): Html {
  const run = newer ?? older;
  if (!run) return html``;
  const test = isTest(run) ? run : undefined;
  const one = (side: ComparedBuild | ComparedTest | undefined) =>
    side
      ? html`<a href="${runPath(side)}">${statusMark(side.status)}</a>`
      : html`<span class="muted">no run</span>`;
  return html`<tr><td>${classChip(name)}${isInconclusive && name !== "appeared" ? html` <span class="muted">no longer conclusive</span>` : undefined}</td><th scope="row">${foreign(test ? test.path || "Unknown" : "build", 120)}</th><td>${test ? foreign(test.platform || "Unknown", 80) : "–"}</td><td>${foreign(run.config_name || "Unknown", 80)}</td><td>${foreign(run.architecture || "Unknown", 40)}</td><td>${one(older)}</td><td>${one(newer)}</td></tr>
`;
}
