import { nearest } from "../../base/nearest.ts";

const statusWords: Readonly<Record<string, string>> = {
  passed: "PASS",
  success: "PASS",
  successful: "PASS",
  succeeded: "PASS",
  ok: "PASS",
  good: "PASS",
  true: "PASS",
  yes: "PASS",
  xfail: "PASS",
  xfailed: "PASS",
  failed: "FAIL",
  failure: "FAIL",
  broken: "FAIL",
  regression: "FAIL",
  "not ok": "FAIL",
  xpass: "FAIL",
  false: "FAIL",
  no: "FAIL",
  skipped: "SKIP",
  ignored: "SKIP",
  disabled: "SKIP",
  "not run": "SKIP",
  missing: "MISS",
  missed: "MISS",
  incomplete: "MISS",
  canceled: "MISS",
  cancelled: "MISS",
  aborted: "MISS",
  errored: "ERROR",
  timeout: "ERROR",
  "timed out": "ERROR",
  infra: "ERROR",
  infrastructure: "ERROR",
  exception: "ERROR",
  crashed: "ERROR",
  completed: "DONE",
  complete: "DONE",
  finished: "DONE",
};

/** What each status means, for somebody whose own word is none of them. */
export const statusMeanings =
  "PASS and FAIL are verdicts, ERROR: the test itself broke, MISS: it did not come to run, SKIP: it was left out, DONE: it ran and gives no verdict";

/** What the prefix of a measurement's unit can be. */
export const prefixMeanings =
  "metric is for prefixes of 1000, as k or M, binary for 1024, as Ki or Mi: leave the field out if the unit has none";

/** The one of the words allowed that another word most likely means. */
export function meantWord(value: string, allowed: readonly string[]): string | undefined {
  const plain = value.trim().replace(/^["'\s]+|["'\s.!]+$/g, "");
  const key = plain.toLowerCase().replace(/[_-]/g, " ");
  const word = statusWords[key] ?? statusWords[plain.toLowerCase()] ?? nearest(plain, allowed);
  return word !== undefined && allowed.includes(word) ? word : undefined;
}

/** What a word, a number or a status says that stands for yes or no. */
export function meantBoolean(value: unknown): boolean | undefined {
  const word = String(value).trim().toLowerCase();
  if (/^(?:1|yes|y|on|true|t|valid|good)$/.test(word)) return true;
  if (/^(?:0|no|n|off|false|f|invalid|bad)$/.test(word)) return false;
  const status =
    typeof value === "string" ? meantWord(value, ["PASS", "FAIL", "ERROR"]) : undefined;
  return status === undefined ? undefined : status === "PASS";
}

const unitSeconds: Readonly<Record<string, number>> = {
  ns: 1e-9,
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  msec: 1e-3,
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  mins: 60,
  minutes: 60,
  h: 3600,
  hours: 3600,
};

/** The number that a text means: digits in quotes or `1,5`; a span of time as seconds, where it is one. */
export function meantNumber(value: string, isSpan = true): number | undefined {
  const text = value.trim();
  if (text.length > 60) return undefined;
  if (/^[-+]?\d*\.?\d+(?:e[-+]?\d+)?$/i.test(text)) return finite(Number(text));
  if (/^-?\d+,\d+$/.test(text)) return finite(Number(text.replace(",", ".")));
  if (!isSpan) {
    const [, digits] = /^(-?\d+(?:\.\d+)?)\s*[a-zµ%/]+$/i.exec(text) ?? [];
    return digits === undefined ? undefined : finite(Number(digits));
  }
  const [iso, ofHours = 0, ofMinutes = 0, ofSeconds = 0] =
    /^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$/.exec(text) ?? [];
  if (iso) return Number(ofHours) * 3600 + Number(ofMinutes) * 60 + Number(ofSeconds);
  const [, days, hours = 0, minutes = 0, seconds = 0] =
    /^(?:(\d+) days?, )?(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(text) ?? [];
  if (/:/.test(text)) {
    const sum = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return /^[\d:., a-z]+$/.test(text) && sum > 0 ? Number(days ?? 0) * 86400 + sum : undefined;
  }
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-zµ]+)/gi)];
  if (
    parts.length === 0 ||
    parts.map(([part]) => part).join("") !== text.replace(/(?<=[a-z])\s+/gi, "")
  )
    return undefined;
  let sum = 0;
  for (const [, amount = "", unit = ""] of parts) {
    const factor = Object.hasOwn(unitSeconds, unit) ? unitSeconds[unit] : undefined;
    if (factor === undefined) return undefined;
    sum += Number(amount) * factor;
  }
  return finite(Number(sum.toPrecision(12)));
}

/** Says whether a text stands for "there is none". */
export function meansNothing(value: string): boolean {
  return (
    value.length <= 100 && /^\s*(?:null|none|nil|n\/a|na|nan|undefined|-+|\?+)?\s*$/i.test(value)
  );
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
