import { type Setting, unexpected } from "./settings.ts";

const hourMs = 3_600_000;
const unitMs: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: hourMs,
  d: 24 * hourMs,
  w: 7 * 24 * hourMs,
  y: 365 * 24 * hourMs,
};

/**
 * Reads the age of what is to be deleted or put away, in milliseconds: `12h`, `7d`, `2w` or `1y`. Minutes are
 * none, since whoever writes `1m` may mean a month. Throws `ConfigFault`.
 */
export function readAge(setting: Setting): number {
  const ageMs = /[hdwy]$/.test(setting.value) ? parseAge(setting.value) : undefined;
  if (ageMs !== undefined) return ageMs;
  const isMonth = /^\d+m$/.test(setting.value);
  const hint = isMonth ? "m could mean minutes or months: write 30d for a month" : undefined;
  throw unexpected(setting, "hours, days, weeks or years, such as 12h, 7d, 2w or 1y", hint);
}

/**
 * Reads a point in time, an age before `nowMs` or a date with or without a time, in milliseconds since
 * the epoch. A date or time without a zone is UTC. Throws `ConfigFault`.
 */
export function readSince(setting: Setting, nowMs: number): number {
  const ageMs = parseAge(setting.value);
  if (ageMs !== undefined) return nowMs - ageMs;
  const [, date, time = "T00:00:00", zone = "Z"] = iso.exec(setting.value) ?? [];
  const atMs = Date.parse(`${date}${time.replace(" ", "T")}${zone}`);
  if (!Number.isNaN(atMs)) return atMs;
  throw unexpected(
    setting,
    "a date such as 2025-01-31 or 2025-01-31T12:00:00Z, or an age such as 7d",
  );
}

/**
 * Reads a duration in milliseconds: `5s`, `250ms`, `2m`, or a plain number of seconds. The range is in
 * seconds. Throws `ConfigFault`.
 */
export function readDuration(setting: Setting, range: { min: number; max: number }): number {
  const [, digits, unit = "s"] = /^(\d{1,15}(?:\.\d{1,9})?)(ms|[smhd])?$/.exec(setting.value) ?? [];
  const durationMs = Number(digits) * (unit === "ms" ? 1 : (unitMs[unit] ?? Number.NaN));
  if (durationMs >= range.min * 1000 && durationMs <= range.max * 1000) return durationMs;
  throw unexpected(
    setting,
    `seconds from ${range.min} to ${range.max}, or a duration such as 5s or 2m`,
  );
}

// --- internal ---

const iso = /^(\d{4}-\d\d-\d\d)([T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(Z|[+-]\d\d:\d\d)?$/;

function parseAge(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d{1,6})([smhdwy])$/.exec(text) ?? [];
  const factor = unitMs[unit];
  return factor === undefined ? undefined : Number(digits) * factor;
}
