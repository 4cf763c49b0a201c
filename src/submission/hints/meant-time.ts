import { isDateTime } from "../formats/date-time.ts";

const ordinary =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?:[Tt_]| +)(\d{1,2})[:.h]?(\d{2})?(?:[:.]?(\d{2}|(?<=:)\d)(?:[.,](\d*))?)?)?\s*(.*)$/;
const compact = /^(\d{4})(\d{2})(\d{2})(?:[Tt_ -]?(\d{2})(\d{2})(\d{2})?(?:[.,](\d+))?)?\s*(.*)$/;
/** Day first with dots; with slashes it may be the month. */
const dayFirst = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)$/;
const eitherFirst = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(.*)$/;
const utcWords = /^(?:z?|utc|gmt)(?:[-+]00:?00)?z?$/i;
const offset = /^([+-])(\d{1,2})(?::?(\d{2})(?::00)?)?$/;

/**
 * The date and time that a text or a number most likely means, as the format writes it; nothing where
 * that is not clear. Numbers are seconds since 1970, or milliseconds, micro- or nanoseconds.
 */
export function meantTime(value: string | number): string | undefined {
  // Dashes as they come out of a document.
  const text = String(value)
    .trim()
    .replace(/[\u2010-\u2015\u2212]/g, "-");
  if (text.length > 100) return undefined;
  const time = /^\d+(?:\.\d+)?$/.test(text)
    ? (sinceEpoch(text) ?? fromParts(text))
    : (fromParts(text) ?? fromWords(text));
  return time !== undefined && isDateTime(time) ? time : undefined;
}

// --- internal ---

function sinceEpoch(text: string): string | undefined {
  const [whole = ""] = text.split(".");
  if (/^(?:19|20)\d{12}$/.test(whole)) return undefined;
  const exponent = { 9: 0, 10: 0, 12: 3, 13: 3, 15: 6, 16: 6, 18: 9, 19: 9 }[whole.length];
  if (exponent === undefined) return undefined;
  return toText(new Date((Number(text) / 10 ** exponent) * 1000));
}

function fromParts(text: string): string | undefined {
  const [, first = "", second = "", year = "", rest = ""] =
    dayFirst.exec(text) ?? eitherFirst.exec(text) ?? [];
  if (year) {
    const isDayFirst = dayFirst.test(text) || Number(first) > 12;
    if (!isDayFirst && Number(second) <= 12) return undefined;
    const [day, month] = isDayFirst ? [first, second] : [second, first];
    return fromParts(`${year}-${month}-${day}${rest.replace(/^,/, "")}`);
  }
  const parts = ordinary.exec(text) ?? compact.exec(text);
  if (!parts) return undefined;
  const [, years = "", months = "", days = "", hours, minutes, seconds, fraction, zone = ""] =
    parts;
  const written = zoneOf(zone.replace(/^[-+]?,/, "").trim());
  if (written === undefined) return undefined;
  const date = `${years}-${two(months)}-${two(days)}`;
  if (hours === "24") {
    const next = new Date(`${date}T00:00:00Z`);
    next.setUTCDate(next.getUTCDate() + 1);
    return Number.isNaN(next.getTime())
      ? undefined
      : (toText(next)?.replace("Z", written) ?? undefined);
  }
  const secondOfMinute = Number(seconds ?? 0) === 60 ? "59" : two(seconds);
  return `${date}T${two(hours)}:${two(minutes)}:${secondOfMinute}${fraction ? `.${fraction}` : ""}${written}`;
}

function zoneOf(zone: string): string | undefined {
  if (utcWords.test(zone)) return "Z";
  const [, sign, hours, minutes] = offset.exec(zone) ?? [];
  return sign && `${sign}${two(hours)}:${two(minutes)}`;
}

/** "Fri, 31 Jan 2025 10:00:00 GMT" and what else dates in words look like. */
function fromWords(given: string): string | undefined {
  const text = given.replace(/\s*\([^)]*\)$/, "");
  const isDate = /(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i.test(text);
  if (text.length > 60 || !isDate) return undefined;
  // Without a zone the local one of this machine would count.
  const hasZone = /(?:[+-]\d{4}|\b[A-Z]{3,4}|Z)(?: \d{4})?$/.test(text);
  return toText(new Date(hasZone ? text : `${text} UTC`));
}

function toText(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace(/\.000Z$/, "Z");
}

function two(digits = "0"): string {
  return digits.padStart(2, "0");
}
