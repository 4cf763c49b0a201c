import { type Html, html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import { formatCount } from "../observe/units.ts";
import type { BuildRun, TestRun } from "../results/runs.ts";
import { known } from "../results/words.ts";
import { changed } from "./links.ts";
import {
  type FilterParameter,
  fieldText,
  filterParameters,
  givenValues,
  offeredDays,
} from "./view-filter.ts";

/** A value that a form offers, and how many rows have it. */
export interface Offered {
  readonly value: string;
  readonly count: number;
}

/** How many values are offered for one filter; any other can be written into the URL. */
export const maxOffered = 200;

const labels: Readonly<Record<FilterParameter, string>> = {
  origin: "Origin",
  tree: "Tree",
  branch: "Branch",
  board: "Board",
  arch: "Arch",
  config: "Config",
  compiler: "Compiler",
  lab: "Lab",
  path: "Path",
  status: "Status",
};

/** The values that occur among some runs, those of most first. */
export function offeredBy(
  runs: readonly (TestRun | BuildRun)[],
  parameter: FilterParameter,
): Offered[] {
  const counts = new Map<string, number>();
  for (const run of runs) {
    const value = known(fieldText(run, filterParameters[parameter]));
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, maxOffered);
}

/** What a form of filters offers and keeps. */
export interface FilterForm {
  readonly url: URL;
  /** What can be chosen, with the values that occur. */
  readonly offered: ReadonlyMap<FilterParameter, readonly Offered[]>;
  /** The window that is shown; absent where there is none to choose. */
  readonly days?: string;
  /** Parameters that are no filters, and are kept. */
  readonly keeps: readonly string[];
  /** False where nothing that is listed has a path. */
  readonly hasPath?: boolean;
}

/** A plain form that puts what is chosen into the URL, and the choices that are in force, each to be taken back. */
export function filterForm({ url, offered, days, keeps, hasPath = true }: FilterForm): Html {
  const query = url.searchParams;
  const kept = keeps.flatMap((name) =>
    givenValues(query, name).map(
      (value) => html`<input type="hidden" name="${name}" value="${value}">`,
    ),
  );
  return html`<form class="filters" action="${url.pathname}" aria-label="Filters">
${[...offered].map(([parameter, values]) => choice(query, parameter, values))}
${hasPath ? html`<label>Path <input name="path" size="14" value="${givenValues(query, "path")[0] ?? ""}" placeholder="ltp.*" maxlength="300"></label>` : undefined}
${days === undefined ? undefined : html`<label>Window <select name="days">${[...new Set([...offeredDays, days])].map((one) => html`<option value="${one}"${one === days ? html` selected` : undefined}>${one === "all" ? "all" : `${one} d`}</option>`)}</select></label>`}
${kept}<button>Apply</button>
</form>
${inForce(url, keeps)}`;
}

// --- internal ---

function choice(
  query: URLSearchParams,
  parameter: FilterParameter,
  values: readonly Offered[],
): Html {
  const [chosen, ...others] = givenValues(query, parameter);
  const missing =
    chosen !== undefined && !values.some(({ value }) => value === chosen)
      ? [{ value: chosen, count: 0 }]
      : [];
  return html`<label>${labels[parameter]} <select name="${parameter}"><option value="">any</option>${[
    ...values,
    ...missing,
  ].map(
    ({ value, count }) =>
      html`<option value="${value}"${value === chosen ? html` selected` : undefined}>${value.slice(0, 60)} (${formatCount(count)})</option>`,
  )}${values.length < maxOffered ? undefined : html`<option disabled>the ${maxOffered} most frequent; others by the URL</option>`}</select></label>${others.map((value) => html`<input type="hidden" name="${parameter}" value="${value}">`)}`;
}

function inForce(url: URL, keeps: readonly string[]): Html | undefined {
  const names = [...Object.keys(filterParameters), "class", "q", "from", "to"].filter(
    (name) => name === "class" || !keeps.includes(name),
  );
  const all = names.flatMap((name) =>
    givenValues(url.searchParams, name).map((value) => [name, value] as const),
  );
  if (all.length === 0) return undefined;
  return html`<p class="in-force">${all.map(([name, value]) => {
    const rest = givenValues(url.searchParams, name).filter((one) => one !== value);
    return html`<a class="chip" href="${changed(url, { [name]: rest })}" aria-label="Remove ${name} ${value.slice(0, 60)}">${name}: ${foreign(value, 60)} <span aria-hidden="true">×</span></a> `;
  })}<a href="${changed(url, Object.fromEntries(all.map(([name]) => [name, undefined])))}">Clear all filters</a></p>`;
}
