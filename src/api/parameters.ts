import { toTimestamp } from "../rows/timestamp.ts";
import { ApiRefusal, type ApiRequest } from "./answer.ts";

/** Whose results are asked for where that is not said. */
const defaultOrigin = "maestro";
const dayMs = 24 * 3_600_000;

/** The origin that a request asks for; absent or empty: the usual one. */
export function originOf({ query }: Pick<ApiRequest, "query">): string {
  return query.get("origin") || defaultOrigin;
}

/** A whole number of a parameter, within bounds. Throws `ApiRefusal`. */
export function numberOf(
  query: URLSearchParams,
  name: string,
  { byDefault, min, max = 100_000 }: { byDefault: number; min: number; max?: number },
): number {
  const text = query.get(name);
  if (text === null || text === "") return byDefault;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new ApiRefusal(`${name}: expected a whole number from ${min} to ${max}`);
}

/** A parameter that has to be there. Throws `ApiRefusal`. */
export function requiredParameter(query: URLSearchParams, name: string): string {
  const value = query.get(name);
  if (value === null) throw new ApiRefusal(`Missing parameter: ${name}`);
  return value;
}

/** An empty or missing name is that of a tree without one. */
export function orNull(text: string | null): string | null {
  return text === "" ? null : text;
}

/** The time that was a number of days ago, as databases have it. */
export function daysAgo(nowMs: number, days: number): string {
  return timestampOf(nowMs - days * dayMs);
}

/** Milliseconds since the epoch as a time that databases hold; beyond it, the first or last one. */
export function timestampOf(ms: number): string {
  const bounded = Math.max(-62_135_596_800_000, Math.min(253_402_300_799_999, Math.trunc(ms)));
  return toTimestamp(new Date(bounded).toISOString()) ?? "0001-01-01T00:00:00.000000Z";
}

/** Unix seconds, as a number or text, or an ISO 8601 time, in milliseconds; undefined where it is neither. */
export function readTime(value: unknown): number | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return value * 1000;
  if (typeof value !== "string" || value.trim() === "") return undefined;
  if (/^-?\d{1,15}(?:\.\d+)?$/.test(value)) return Number(value) * 1000;
  const ms = /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(withZone(value)) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** The same as databases have it, exact to the microsecond. */
export function readExactTime(text: string): string | undefined {
  const ms = readTime(text);
  return ms === undefined ? undefined : (toTimestamp(withZone(text)) ?? timestampOf(ms));
}

/** What the filters of a request choose by, field by field: any of the values. */
export type ApiFilters = ReadonlyMap<string, readonly string[]>;

/** The filters among parameters: `filter_FIELD=VALUE`, repeated. */
export function filtersOfQuery(query: URLSearchParams): ApiFilters {
  const filters = new Map<string, string[]>();
  for (const [name, value] of query) {
    if (name.startsWith("filter_")) add(filters, name.slice("filter_".length), value);
  }
  return filters;
}

/** The filters of a body: an object of fields, with a value or a list of them. */
export function filtersOfBody(filter: unknown): ApiFilters {
  const filters = new Map<string, string[]>();
  if (typeof filter !== "object" || filter === null) return filters;
  for (const [name, value] of Object.entries(filter)) {
    const field = name.replace(/^filter_/, "");
    for (const one of Array.isArray(value) ? value : [value]) add(filters, field, String(one));
  }
  return filters;
}

// --- internal ---

function add(filters: Map<string, string[]>, field: string, value: string): void {
  const values = filters.get(field);
  if (values) values.push(value);
  else filters.set(field, [value]);
}

/** A time without a zone is UTC; a `+` of one that was not escaped came as a blank. */
function withZone(text: string): string {
  const whole = text.replace(/ (?=\d\d:\d\d$)/, "+");
  return /T.*(?:Z|[+-]\d\d:?\d\d)$/i.test(whole) || !/T/.test(whole) ? whole : `${whole}Z`;
}
