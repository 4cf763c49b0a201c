import type { Filter, FilterName } from "../results/filter.ts";
import type { BuildRun, TestRun } from "../results/runs.ts";
import { known } from "../results/words.ts";
import { toTimestamp } from "../rows/timestamp.ts";

/** What a view is chosen by, as it stands in a URL. */

/** The names in the URL, and those of the filter. */
export const filterParameters = {
  origin: "origin",
  tree: "tree",
  branch: "branch",
  board: "platform",
  arch: "architecture",
  config: "config",
  compiler: "compiler",
  lab: "lab",
  path: "path",
  status: "status",
} as const satisfies Record<string, FilterName>;

/** A filter by the name that it has in a URL. */
export type FilterParameter = keyof typeof filterParameters;

/** Whole days that a view may look back. */
export const offeredDays = ["1", "3", "7", "30", "90", "365", "all"] as const;

/** The filter of a URL; empty values are none. */
export function readViewFilter(query: URLSearchParams): Filter {
  const filter: { -readonly [Name in keyof Filter]: Filter[Name] } = {};
  for (const [parameter, name] of Object.entries(filterParameters)) {
    const values = givenValues(query, parameter);
    if (values.length > 0) filter[name] = values;
  }
  const from = readTime(query.get("from"));
  const to = readTime(query.get("to"));
  const [text] = givenValues(query, "q");
  return { ...filter, ...(from && { from }), ...(to && { to }), ...(text && { text }) };
}

/** All values of a parameter, empty ones left out. As many as a URL holds, which is bounded itself. */
export function givenValues(query: URLSearchParams, parameter: string): string[] {
  const values = query.getAll(parameter).map((value) => value.trim());
  return [...new Set(values)].filter((value) => value !== "");
}

/** The window of days that a URL asks for, as the time that it begins at; undefined: all there is. */
export function readDays(
  query: URLSearchParams,
  nowMs: number,
  usual: string,
): { days: string; from: string | undefined } {
  const given = query.get("days") || usual;
  const isKnown = given === "all" || /^\d{1,4}$/.test(given);
  const days = isKnown ? given : usual;
  if (days === "all") return { days, from: undefined };
  const from = toTimestamp(new Date(nowMs - Number(days) * 86_400_000).toISOString());
  return { days, from: from ?? undefined };
}

/** Whether a run is chosen; as the database would choose it, for lists that are at hand. */
export function isChosen(run: TestRun | BuildRun, filter: Filter): boolean {
  for (const name of Object.values(filterParameters)) {
    const values = filter[name];
    if (!values || values.length === 0 || name === "status") continue;
    const value = known(fieldText(run, name));
    const takesPatterns = name === "platform" || name === "path";
    const fits = (one: string) => (takesPatterns ? isLikePattern(value, one) : value === one);
    if (!values.some(fits)) return false;
  }
  const text = filter.text?.toLowerCase();
  if (text === undefined) return true;
  const places = [run.id, fieldText(run, "path"), fieldText(run, "platform"), run.config_name];
  return places.some((place) => place?.toLowerCase().includes(text));
}

/** Whether a text is one of the values, in which `*` stands for any text; no values choose all. */
export function isAnyLike(text: string | null, values: readonly string[]): boolean {
  return values.length === 0 || values.some((one) => isLikePattern(known(text), one));
}

/** Where in a list that is at hand a page begins. */
export function offsetOf(query: URLSearchParams): number {
  return Math.min(1_000_000, Math.max(0, Math.floor(Number(query.get("after")) || 0)));
}

/** The place of the next page, as `offsetOf` reads it; undefined on the last page of a list of `total` rows. */
export function offsetAfter(offset: number, pageRows: number, total: number): string | undefined {
  return offset + pageRows < total ? String(offset + pageRows) : undefined;
}

/** What of a run a filter looks at. */
export function fieldText(run: TestRun | BuildRun, name: FilterName): string | null {
  switch (name) {
    case "tree":
      return run.tree_name;
    case "branch":
      return run.git_repository_branch;
    case "config":
      return run.config_name;
    case "architecture":
    case "compiler":
    case "origin":
    case "lab":
    case "status":
      return run[name];
    case "platform":
    case "path":
      return "path" in run ? run[name] : null;
    default:
      return null;
  }
}

// --- internal ---

function readTime(text: string | null): string | undefined {
  const ms = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : (toTimestamp(new Date(ms).toISOString()) ?? undefined);
}

/** Piece by piece: a pattern of many stars costs no more than its length times the text's. */
function isLikePattern(text: string, pattern: string): boolean {
  if (!pattern.includes("*")) return text === pattern;
  const [first = "", ...rest] = pattern.split("*");
  if (!text.startsWith(first)) return false;
  let place = first.length;
  const last = rest.pop() ?? "";
  for (const piece of rest) {
    const found = text.indexOf(piece, place);
    if (found < 0) return false;
    place = found + piece.length;
  }
  return text.length - last.length >= place && text.endsWith(last);
}
