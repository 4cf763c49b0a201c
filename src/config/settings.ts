import { ConfigFault } from "./fault.ts";

/** A setting and where it came from, for messages: a flag's name or a variable's. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}

/** The first setting that is given: flags beat environment. Empty variables count as not given. */
export function firstSetting(
  ...candidates: readonly (readonly [name: string, value: string | undefined])[]
): Setting | undefined {
  for (const [name, value] of candidates) {
    if (value !== undefined && (value !== "" || name.startsWith("--"))) return { name, value };
  }
  return undefined;
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
export function readBytes(setting: Setting | undefined, fallback: number): number {
  if (!setting) return fallback;
  const [, digits, unit = ""] = /^(\d{1,15})([KMG]?)(?:i?B)?$/i.exec(setting.value) ?? [];
  const bytes = Number(digits) * (unitBytes[unit.toUpperCase()] ?? 1);
  if (bytes > 0 && bytes <= maxBytes) return bytes;
  throw unexpected(setting, "a size from 1 to 2000M, such as 512M");
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

/** Whether a variable says yes; anything but the usual words for no does. */
export function readSwitch(value: string | undefined): boolean {
  return !["", "0", "false", "no", "off"].includes((value ?? "").trim().toLowerCase());
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
