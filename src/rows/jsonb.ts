import { isRawJson, type RawJson } from "../base/raw-json.ts";

/**
 * What Postgres's jsonb can hold (`src/backend/utils/adt/jsonb_util.c`, `numeric.c`): bytes of one
 * document, members of one list and of one object, and digits of a number before and after the point.
 */
export const jsonbLimits = {
  bytes: 0x0fffffff,
  listMembers: 2 ** 24,
  objectMembers: 2 ** 23,
  digitsBefore: 131072,
  digitsAfter: 16383,
} as const;

/**
 * How many characters more than its text a database may have to print. Postgres prints a number of jsonb
 * in full digits, so that nine bytes become 16,385 characters, and no row beyond 1 GB can be read or
 * dumped. All other text at most doubles, where `pg_dump` escapes it.
 */
export const growthLimits = {
  /** Of all numbers of one object together: 1,024 of `1e-16383`, or 55,000 of `1e308`. */
  object: 16 << 20,
  /** Of those of a submission together, and as many times its text on top. */
  submission: 64 << 20,
  timesText: 16,
} as const;

/** How many characters more all numbers of a submission may take whose text has this many. */
export function maxGrowthOf(textLength: number): number {
  return growthLimits.submission + growthLimits.timesText * textLength;
}

/** No number with a greater exponent is storable; with this bound, sums of digits stay exact. */
const maxExponent = 1_000_000;

/** How many digits a number has before and after the point when it is written without exponent. */
export function digitsOf(source: string): { before: number; after: number } {
  let at = source.startsWith("-") ? 1 : 0;
  /** Digits from the first that is not 0, and all of the fraction. */
  let digits = 0;
  let fraction = -1;
  for (; at < source.length; at++) {
    const code = source.charCodeAt(at);
    if (code === 0x2e) fraction = 0;
    else if (code < 0x30 || code > 0x39) break;
    else {
      if (digits > 0 || code !== 0x30) digits++;
      if (fraction >= 0) fraction++;
    }
  }
  const after = Math.max(0, fraction) - exponentAt(source, at);
  return { before: digits === 0 ? 0 : Math.max(0, digits - after), after: Math.max(0, after) };
}

/** How many characters jsonb prints for a number: no exponent, as many decimals as were sent, no -0. */
export function printedLength(source: string): number {
  const { before, after } = digitsOf(source);
  const isNegative = source.startsWith("-") && /^-[0.]*[1-9]/.test(source);
  return (isNegative ? 1 : 0) + Math.max(1, before) + (after > 0 ? 1 + after : 0);
}

/** How many characters more a number takes in jsonb's text than in a submission's; only an exponent adds any. */
export function growthOf(number: number | RawJson): number {
  if (typeof number === "number" && Number.isSafeInteger(number)) return 0;
  return growthOfSource(typeof number === "number" ? String(number) : number.rawJSON);
}

/** The same of a number as it is written. */
export function growthOfSource(source: string): number {
  if (!/[eE]/.test(source)) return 0;
  return Math.max(0, printedLength(source) - source.length);
}

/** Upper bound of the bytes that a value takes in jsonb, its members' headers and padding included. */
export function jsonbBytes(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value) + 8;
  if (typeof value !== "object" || value === null) return typeof value === "number" ? 24 : 4;
  if (isRawJson(value)) {
    const { before, after } = digitsOf(value.rawJSON);
    return 24 + Math.ceil((before + after) / 2);
  }
  let bytes = 12;
  if (Array.isArray(value)) {
    for (const member of value) bytes += 4 + jsonbBytes(member);
  } else {
    for (const [key, member] of Object.entries(value)) {
      bytes += 12 + Buffer.byteLength(key) + jsonbBytes(member);
    }
  }
  return bytes;
}

/** Length of the text that `->>` gives for a value that is no string: its JSON, spaced, in full digits. */
export function jsonbTextLength(value: unknown): number {
  const source = isRawJson(value)
    ? value.rawJSON
    : typeof value === "number"
      ? String(value)
      : undefined;
  if (source !== undefined) return printedLength(source);
  if (typeof value !== "object" || value === null) return JSON.stringify(value).length;
  const parts = Array.isArray(value)
    ? value.map((member) => jsonbTextLength(member))
    : Object.entries(value).map(
        ([key, member]) => JSON.stringify(key).length + 2 + jsonbTextLength(member),
      );
  return 2 + parts.reduce((sum, length) => sum + length + 2, parts.length ? -2 : 0);
}

// --- internal ---

/** The exponent whose letter stands at a place; 0 where there is none. */
function exponentAt(source: string, at: number): number {
  if (at >= source.length) return 0;
  const exponent = Number(source.slice(at + 1));
  return Math.max(-maxExponent, Math.min(maxExponent, exponent || 0));
}
