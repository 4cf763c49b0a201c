const form =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))\n?$/;
const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00)$/;
const firstMs = Date.parse("0001-01-01T00:00:00Z");
const endMs = Date.parse("9999-12-31T23:59:59.999Z") + 1;

/**
 * A `date-time` of a valid submission as UTC text with microseconds, `2025-07-17T10:11:31.000000Z`,
 * which sorts like the time. Digits beyond microseconds are rounded half to even, as Postgres does.
 * Null when the time falls outside the years 0001–9999 (`rows/README.md` 4, range of both stores).
 */
export function toTimestamp(text: string): string | null {
  if (text !== lastText) {
    lastTime = convert(text);
    lastText = text;
  }
  return lastTime;
}

let lastText = "";
let lastTime: string | null = null;

function convert(text: string): string | null {
  if (utc.test(text)) {
    const fraction = text.charCodeAt(19) === 46 ? text.slice(20, text.endsWith("Z") ? -1 : -6) : "";
    return `${text.slice(0, 19)}.${fraction.padEnd(6, "0")}Z`;
  }
  const parts = form.exec(text);
  if (!parts) return null;
  const [, year, month, day, hour, minute, second, fraction = "", sign, offsetHour, offsetMinute] =
    parts;
  let ms = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (sign) {
    const offsetMs = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
    ms -= sign === "+" ? offsetMs : -offsetMs;
  }
  let micros = roundHalfEven(Number(`0.${fraction || "0"}`) * 1e6);
  if (micros === 1_000_000) {
    micros = 0;
    ms += 1000;
  }
  if (!(ms >= firstMs && ms < endMs)) return null;
  return `${new Date(ms).toISOString().slice(0, 19)}.${String(micros).padStart(6, "0")}Z`;
}

/** Whether a valid `date-time` is one that both stores can hold; cheap but for the outermost days. */
export function isStorableTime(text: string): boolean {
  const isOutermost = text.startsWith("0001-01-01") || text.startsWith("9999-12-31");
  return !isOutermost || toTimestamp(text) !== null;
}

/** Now, in the same form; the sub-millisecond digits are zero. */
export function timestampNow(): string {
  return `${new Date().toISOString().slice(0, 23)}000Z`;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
