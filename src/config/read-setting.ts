import { checkPath } from "./check-path.ts";
import type { Environment } from "./config.ts";
import type { Declaration, Declarations, Kind, ValueOf, ValuesOf } from "./declaration.ts";
import { ConfigFault } from "./fault.ts";
import { readDuration } from "./read-age.ts";
import { readHook } from "./read-hook.ts";
import {
  firstSetting,
  readBytes,
  readNumber,
  readSwitch,
  readWord,
  type Setting,
  unexpected,
} from "./settings.ts";

/** A declaration that is read by itself. */
type Readable = Declaration & { kind: { type: Exclude<Kind["type"], "database"> } };

/** The flags of any command as they were given, by name. */
type GivenFlags = Readonly<Record<string, unknown>>;

/** Reads all settings of a group. Throws `ConfigFault` on the first that cannot be used. */
export function readDeclared<const T extends Readonly<Record<string, Readable>>>(
  group: T,
  flags: GivenFlags,
  env: Environment,
): ValuesOf<T> {
  const values = Object.entries(group).map(([name, declaration]) => [
    name,
    readSetting(declaration, flags, env),
  ]);
  return Object.fromEntries(values) as ValuesOf<T>;
}

/** One setting: its flag, else its variables, else its default. Throws `ConfigFault`. */
export function readSetting<const D extends Readable>(
  declaration: D,
  flags: GivenFlags,
  env: Environment,
): ValueOf<D> {
  return readValue(declaration, flags, env) as ValueOf<D>;
}

/**
 * What a setting was given, and by which flag or variable; its default is none of these. Throws
 * `ConfigFault` on a variable in quotes.
 */
function findSetting(
  { flag, variables = [], kind, onceDefault }: Declaration,
  flags: GivenFlags,
  env: Environment,
): Setting | undefined {
  const given = flag === undefined ? undefined : flags[flag];
  const isEmptyText = given === "" && kind.type === "text";
  const ofFlag = typeof given === "string" && !isEmptyText ? given : undefined;
  const counted = onceDefault !== undefined && flags.once === true ? [] : variables;
  return firstSetting([`--${flag}`, ofFlag], ...counted.map((name) => [name, env[name]] as const));
}

/** Throws `ConfigFault` where one of a group cannot be what was meant, whether it is used or not. */
export function seeGiven(group: Declarations, flags: GivenFlags, env: Environment): void {
  for (const declaration of Object.values(group)) findSetting(declaration, flags, env);
}

// --- internal ---

function readValue(declaration: Readable, flags: GivenFlags, env: Environment): unknown {
  const { flag, kind, default: always, onceDefault, required } = declaration;
  if (kind.type === "switch") {
    const given = flag === undefined ? undefined : flags[flag];
    return given ?? readSwitch(findSetting(declaration, flags, env), always === "on");
  }
  if (kind.type === "presence") return (declaration.variables ?? []).some((name) => env[name]);
  const fallback = flags.once === true ? (onceDefault ?? always) : always;
  const setting =
    findSetting(declaration, flags, env) ??
    (fallback === undefined ? undefined : { name: `--${flag}`, value: fallback });
  if (required && !setting?.value) throw nothingGiven(declaration);
  return setting && parse(kind, setting);
}

function parse(kind: Readable["kind"], setting: Setting): unknown {
  switch (kind.type) {
    case "whole":
      return readNumber(setting, 0, { ...kind, integer: true });
    case "seconds":
      return readDuration(setting, kind);
    case "bytes":
      return readBytes(setting, 0, kind.minBytes);
    case "words":
      return readWord(setting, "", kind.words);
    case "folder":
    case "file":
      return checkPath(setting);
    case "hook":
      return readHook(setting);
    case "http-url":
      if (!/^https?:\/\/[^/]/.test(setting.value)) throw unexpected(setting, "an http(s) URL");
      return setting.value.replace(/\/+$/, "");
    default:
      return setting.value;
  }
}

function nothingGiven({ flag, variables = [], kind, hint }: Declaration): ConfigFault {
  const or = variables.map((name) => `, or set ${name}`).join("");
  return new ConfigFault(`--${flag}: expected a ${kind.type}, got nothing`, {
    operation: "read the configuration",
    path: `--${flag}`,
    usage: true,
    hint: `give --${flag} ${hint}${or}`,
  });
}
