import { type Html, html } from "../observe/page/html.ts";
import { formatCount } from "../observe/units.ts";
import { type AnyFailure, explainAll, type FailedRuns, listFailures } from "../results/failures.ts";
import type { Filter } from "../results/filter.ts";
import { HistoryMemory } from "../results/history-memory.ts";
import type { BuildRun, TestRun } from "../results/runs.ts";
import type { TreeHead } from "../results/trees.ts";
import { verdictRuns } from "../results/verdict.ts";
import type { Reader } from "../store/reader.ts";
import { groupFailures, inOrder, readFacts } from "./failure-facts.ts";
import { failureList, shownOf } from "./failure-list.ts";
import { filterForm, offeredBy } from "./filter-form.ts";
import { changed } from "./links.ts";
import type { PageRequest } from "./page.ts";
import {
  type FilterParameter,
  givenValues,
  isChosen,
  offsetOf,
  readViewFilter,
} from "./view-filter.ts";
import { classWords, shownClass } from "./words.ts";

/** How many failures of builds, boots and tests each are looked at; beyond, the database chooses. */
const bounds = { limit: 100 } as const;
/** How many are shown on one page. */
const maxShown = 100;

/** The section as it goes into a page, and the failures in it. */
export interface FailureSection {
  /** How many there are before any choice, of those that one looks at. */
  readonly total: number;
  readonly chosen: readonly AnyFailure[];
  readonly body: Html;
}

/** Which failures a section is about, and what can be chosen of them. */
export interface FailureSectionOptions {
  /** What the page is about. */
  readonly about: Filter;
  /** What can be chosen further. */
  readonly offers: readonly FilterParameter[];
  readonly days?: string;
  /** The page is of one commit: `origin` in its URL is that of the checkout. */
  readonly isOneCommit: boolean;
  /** Further parameters of the URL that say what the page is about. */
  readonly keeps?: readonly string[];
  /** As of `FailureOptions`, of what the page is about. */
  readonly heads?: readonly TreeHead[] | undefined;
  /** Which of the failures are meant. */
  readonly isMeant?: (run: AnyFailure["run"]) => boolean;
  /** What stands there when nothing failed. */
  readonly none: Html;
}

/** The failures of something: how many of each class, filters, and the failures in groups. */
export async function failureSection(
  asked: PageRequest,
  options: FailureSectionOptions,
): Promise<FailureSection> {
  const { db, url, query, nowMs } = asked;
  const { about, offers, days, isOneCommit, none, keeps = [], isMeant = () => true } = options;
  const { origin, ...others } = readViewFilter(query);
  const filter: Filter = { ...others, ...(origin && !isOneCommit && { origin }) };
  const wanted = { ...about, ...(filter.status && { status: filter.status }) };
  const listed = await listFailures(db, wanted, { ...bounds, heads: options.heads });
  const all = runsOf(listed).filter(isMeant);
  // There are more than one looks at: then the choice is the database's.
  const isNarrowed = listed.isCut && Object.keys(filter).length > 0;
  const few = isNarrowed ? await listFailures(db, { ...filter, ...wanted }, bounds) : listed;
  const isWanted = (run: AnyFailure["run"]) => isMeant(run) && isChosen(run, filter);
  const { isCut } = few;
  const wantedRuns = {
    builds: few.builds.filter(isWanted),
    boots: few.boots.filter(isWanted),
    tests: few.tests.filter(isWanted),
    isCut,
  };
  // So many runs give a class; of what is shown more are read.
  const memory = new HistoryMemory();
  const inFilter = inOrder(await explainAll(db, wantedRuns, { limit: verdictRuns, memory }));
  const classes = givenValues(query, "class");
  const chosen =
    classes.length === 0
      ? inFilter
      : inFilter.filter((failure) => classes.includes(shownClass(failure) ?? "waiting"));
  const offset = offsetOf(query);
  const page = chosen.slice(offset, offset + maxShown);
  const groups = groupFailures(page);
  const shown = await withWholeHistories(
    db,
    groups.flatMap((group) => shownOf(group, url)),
    memory,
  );
  const facts = await readFacts(db, shown, all);
  const offered = new Map(offers.map((one) => [one, offeredBy(all, one)] as const));
  const form = filterForm({
    url,
    offered,
    keeps: ["class", "status", ...keeps],
    ...(days && { days }),
  });
  const body =
    all.length === 0
      ? html`${form}${none}`
      : html`${classChips(url, inFilter)}
${form}
${isCut ? html`<p class="muted">The newest ${bounds.limit} failures of builds, boots and tests are shown. Filter by tree or board to see others.</p>` : undefined}
${chosen.length === 0 ? html`<p class="card empty">None of ${formatCount(all.length)} failures match. Remove a filter to see more.</p>` : failureList(groups, facts, { url, nowMs, isOneCommit })}
${pager(url, offset, page.length, chosen.length, isCut)}`;
  return { total: all.length, chosen, body };
}

// --- internal ---

/**
 * What is shown of failures, told by as many runs of each as a history has. Where it is known which run passed last,
 * more of them tell nothing new.
 */
async function withWholeHistories(
  db: Reader,
  shown: readonly AnyFailure[],
  memory: HistoryMemory,
): Promise<AnyFailure[]> {
  const runs = shown.filter(({ since }) => !since?.lastPassed).map(({ run }) => run);
  const tests = runs.filter((run): run is TestRun => "path" in run);
  const builds = runs.filter((run): run is BuildRun => !("path" in run));
  const all = await explainAll(db, { builds, boots: tests, tests: [], isCut: false }, { memory });
  const byId = new Map(
    [...all.builds, ...all.boots].map((one): [string, AnyFailure] => [one.run.id, one]),
  );
  return shown.map(
    (failure) => ({ ...(byId.get(failure.run.id) ?? failure), class: failure.class }) as AnyFailure,
  );
}

const classOrder = ["regression", "newFailure", "unstable", "stillFailing"] as const;

function runsOf({ builds, boots, tests }: FailedRuns): AnyFailure["run"][] {
  return [...builds, ...boots, ...tests];
}

/** How many there are of each class, each a filter. */
function classChips(url: URL, all: readonly AnyFailure[]): Html {
  const inForce = givenValues(url.searchParams, "class");
  return html`<ul class="classes" aria-label="Classes">${classOrder.map((name) => {
    const count = all.filter((failure) => (shownClass(failure) ?? "waiting") === name).length;
    const isOn = inForce.includes(name);
    const rest = isOn ? inForce.filter((one) => one !== name) : [...inForce, name];
    return html`<li><a class="card ${name}" href="${changed(url, { class: rest })}"${isOn ? html` aria-current="true"` : undefined}><b>${formatCount(count)}</b> ${classWords[name]}</a></li>`;
  })}</ul>`;
}

function pager(url: URL, offset: number, n: number, total: number, isCut: boolean): Html {
  if (total <= n && !isCut) return html``;
  const before = offset > 0 ? String(Math.max(0, offset - maxShown)) : undefined;
  const after = offset + n < total ? String(offset + n) : undefined;
  return html`<nav class="pager" aria-label="Pages of the list">${before === undefined ? undefined : html`<a href="${changed(url, { after: before === "0" ? undefined : before })}">Previous</a>`} <span class="muted">${n === 0 ? 0 : offset + 1} to ${offset + n} of ${formatCount(total)}${isCut ? " and more" : ""}</span> ${after === undefined ? undefined : html`<a href="${changed(url, { after })}">Next</a>`}</nav>`;
}
