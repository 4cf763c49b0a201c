import { ConfigFault } from "./fault.ts";

/** A setting and where it came from, for messages: a flag's name or a variable's. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

/**
 * The first setting that is given: flags beat environment. Empty variables count as not given. Throws
 * `ConfigFault` on a variable in quotes.
 */
export function firstSetting(
  ...candidates: readonly (readonly [name: string, value: string | undefined])[]
): Setting | undefined {
  for (const [name, value] of candidates) {
    if (value === undefined) continue;
    if (name.startsWith("--")) return { name, value };
    if (value !== "") return unquoted({ name, value });
  }
  return undefined;
}

/**
 * A variable as it is. One in quotes comes from a file of variables whose reader keeps them, and would
 * mean something else than was meant. Throws `ConfigFault`, which does not show it: it may be secret.
 */
export function unquoted(variable: Setting): Setting {
  if (!/^\s*(["'])[\s\S]*\1\s*$/.test(variable.value)) return variable;
  throw new ConfigFault(`${variable.name}: expected a value without quotes around it`, {
    operation: "read the configuration",
    path: variable.name,
    hint: `write ${variable.name}=VALUE without quotes where it is set: env files of containers do not strip quotes`,
  });
}

interface Range {
  min: number;
  max: number;
  integer?: boolean;
}

/** Reads a number. Throws `ConfigFault` that names the setting, what was expected and what was given. */
export function readNumber(setting: Setting | undefined, fallback: number, range: Range): number {
  if (!setting) return fallback;
  const value = /^-?\d+(?:\.\d+)?$/.test(setting.value) ? Number(setting.value) : Number.NaN;
  const fits = value >= range.min && value <= range.max;
  if (fits && !(range.integer && !Number.isInteger(value))) return value;
  const kind = range.integer ? "a whole number" : "a number";
  throw unexpected(setting, `${kind} from ${range.min} to ${range.max}`);
}

const unitBytes: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Reads a size such as `512M` or `1048576`, in bytes. Throws `ConfigFault`. */
export function readBytes(setting: Setting | undefined, fallback: number, minBytes = 1): number {
  if (!setting) return fallback;
  const [, digits, unit = ""] = /^(\d{1,15})([KMG]?)(?:i?B)?$/i.exec(setting.value) ?? [];
  const bytes = Number(digits) * (unitBytes[unit.toUpperCase()] ?? 1);
  if (bytes >= minBytes && bytes <= maxBytes) return bytes;
  const least = minBytes < 2 ** 20 ? minBytes : `${minBytes / 2 ** 20}M`;
  throw unexpected(setting, `a size from ${least} to 2000M, such as 512M`);
}

/** More than this cannot be a single text in this program. */
const maxBytes = 2000 * 2 ** 20;

/** Reads one word of a list. Throws `ConfigFault`. */
export function readWord<T extends string>(
  setting: Setting | undefined,
  fallback: T,
  words: readonly T[],
): T {
  if (!setting) return fallback;
  const word = words.find((candidate) => candidate === setting.value);
  if (word) return word;
  throw unexpected(setting, words.join(" or "));
}

const switchWords: Readonly<Record<string, boolean>> = {
  "1": true,
  true: true,
  yes: true,
  on: true,
  "0": false,
  false: false,
  no: false,
  off: false,
};

/** Whether a variable says yes; the fallback where it is not given. Throws `ConfigFault`. */
export function readSwitch(setting: Setting | undefined, fallback: boolean): boolean {
  if (!setting) return fallback;
  const word = setting.value.trim().toLowerCase();
  const value = Object.hasOwn(switchWords, word) ? switchWords[word] : undefined;
  if (value !== undefined) return value;
  throw unexpected(setting, "1, true, yes or on, or 0, false, no or off");
}

/** The fault of a setting whose value is not what was expected. */
export function unexpected(setting: Setting, expected: string, hint?: string): ConfigFault {
  const given = JSON.stringify(setting.value.slice(0, 80));
  return new ConfigFault(`${setting.name}: expected ${expected}, got ${given}`, {
    operation: "read the configuration",
    path: setting.name,
    usage: setting.name.startsWith("--"),
    hint,
  });
}
