import { type Html, html } from "../observe/page/html.ts";
import { formatCountOf } from "../observe/units.ts";
import { readFacets } from "../results/facets.ts";
import { type Filter, filtersOf } from "../results/filter.ts";
import { type ListOptions, listBuilds, listTests, type PageOf } from "../results/list-runs.ts";
import type { BuildRun, TestRun } from "../results/runs.ts";
import { type RunTally, totalOf } from "../results/tally.ts";
import { known } from "../results/words.ts";
import { commitHead, isEmpty, summarize } from "./commit-head.ts";
import { commitOfUrl, type FoundCommit, filterOf, isInTree } from "./commit-of-url.ts";
import { failureSection } from "./failure-section.ts";
import { filterForm, maxOffered, type Offered } from "./filter-form.ts";
import type { MakePage, PageRequest, ShownPage } from "./page.ts";
import { nextPage, runTable } from "./run-table.ts";
import { type FilterParameter, filterParameters, readViewFilter } from "./view-filter.ts";
import { commitTitle, treeTitle } from "./words.ts";

const pageRows = 100;
const ofTree = ["origin", "git_url", "git_branch", "tab"] as const;

/** One commit: its counts, the commits before it as a plot, then what failed, or a list. */
export const commitPage: MakePage = async (asked) => {
  const found = await commitOfUrl(asked, asked.names);
  if ("answer" in found) return found.answer;
  const summary = await summarize(asked, found);
  const [newest] = found.checkouts;
  const tab = asked.query.get("tab");
  const isList = tab === "builds" || tab === "boots" || tab === "tests";
  const part = isList
    ? await listPart(asked, found, tab)
    : await failuresPart(asked, found, failFree(summary.tally));
  return {
    title: `${commitTitle(newest)} · ${treeTitle(newest)}`,
    body: html`${commitHead(asked, found, summary)}
${isEmpty(summary.tally) && !isList ? undefined : part.body}`,
    ...(part.rows && { rows: part.rows }),
  };
};

// --- internal ---

type Part = Pick<ShownPage, "body" | "rows">;

function failFree({ builds, boots, tests }: RunTally): Html {
  const ran = [
    formatCountOf(totalOf(builds), "build"),
    formatCountOf(totalOf(boots), "boot"),
    formatCountOf(totalOf(tests), "test"),
  ].join(", ");
  return html`<div class="card empty good"><h2>Nothing failed</h2><p>${ran} ran on this commit.</p></div>`;
}

async function failuresPart(asked: PageRequest, found: FoundCommit, none: Html): Promise<Part> {
  const { origin } = found.scope;
  const section = await failureSection(asked, {
    about: filterOf(found),
    offers: ["board", "arch", "config", "compiler", "lab"],
    keeps: ofTree,
    isOneCommit: true,
    isMeant: ({ checkout_origin: from }) => !origin || (from !== null && origin.includes(from)),
    none,
  });
  return {
    body: html`<h2 class="hidden">Failures</h2>${section.body}`,
    rows: section.chosen.map(({ run }) => run),
  };
}

async function listPart(
  asked: PageRequest,
  found: FoundCommit,
  tab: "builds" | "boots" | "tests",
): Promise<Part> {
  const { db, query, url, nowMs } = asked;
  const { origin: _, ...chosen } = readViewFilter(query);
  const filter: Filter = { ...chosen, ...filterOf(found) };
  const where = isInTree(found);
  const options = { filter, where, limit: pageRows, after: query.get("after") ?? undefined };
  const kind = tab === "boots" ? "boot" : "test";
  const list = await listWorstFirst<BuildRun | TestRun>(options, (one) =>
    tab === "builds" ? listBuilds(db, one) : listTests(db, kind, one),
  );
  const offered = await offeredOf(asked, tab === "builds" ? "builds" : "tests", filter, found);
  return {
    rows: list.rows,
    body: html`<h2 class="hidden">${tab}</h2>
${filterForm({ url, offered, keeps: ofTree })}
${runTable(list.rows, { label: tab, nowMs, hasCommit: false })}
${nextPage(url, list.next)}`,
  };
}

/** The statuses in the order of a list: what failed stands first. */
const worstFirst = ["FAIL", "ERROR", "MISS", "NULL", "SKIP", "DONE", "PASS"] as const;

/** A page of a list by status, within it the newest first; its cursor says the status too. */
async function listWorstFirst<R>(
  options: ListOptions & { filter: Filter },
  read: (options: ListOptions) => Promise<PageOf<R>>,
): Promise<PageOf<R>> {
  const { filter, after = "", limit } = options;
  const [, from = "", inner = ""] = /^([A-Z]+)(?:~(.*))?$/s.exec(after) ?? [];
  const begin = Math.max(0, (worstFirst as readonly string[]).indexOf(from));
  const rows: R[] = [];
  for (const status of worstFirst.slice(begin)) {
    if (filter.status && !filter.status.includes(status)) continue;
    if (rows.length >= limit) return { rows, next: status };
    const list = await read({
      ...options,
      filter: { ...filter, status: [status] },
      limit: limit - rows.length,
      after: status === from && inner !== "" ? inner : undefined,
    });
    rows.push(...list.rows);
    if (list.next !== undefined) return { rows, next: `${status}~${list.next}` };
  }
  return { rows };
}

/** The values that occur on the commit, each with its number without the filter of its own name. */
async function offeredOf(
  { db }: PageRequest,
  subject: "builds" | "tests",
  filter: Filter,
  found: FoundCommit,
): Promise<Map<FilterParameter, readonly Offered[]>> {
  const offered = new Map<FilterParameter, readonly Offered[]>();
  for (const parameter of ["status", "board", "arch", "config", "compiler", "lab"] as const) {
    const name = filterParameters[parameter];
    if (!filtersOf(subject).includes(name)) continue;
    const facets = await readFacets(db, subject, name, filter, isInTree(found));
    const none = name === "status" ? "NULL" : undefined;
    offered.set(
      parameter,
      facets
        .slice(0, maxOffered)
        .map(({ value, n }) => ({ value: value === null && none ? none : known(value), count: n })),
    );
  }
  return offered;
}
