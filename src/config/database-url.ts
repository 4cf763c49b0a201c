import { readFileSync } from "node:fs";
import path from "node:path";
import { maskSecrets } from "../base/mask-secrets.ts";
import { StoreFault } from "../store/fault.ts";
import { libpqVariables } from "../store/postgres/connection/known-parameters.ts";
import { readConnection, resolve } from "../store/postgres/connection/read-connection.ts";
import type { Parameters } from "../store/postgres/connection/refusal.ts";
import { pathOf, sqliteHint } from "../store/sqlite/path-of.ts";
import { checkPath } from "./check-path.ts";
import type { Environment } from "./config.ts";
import { readDashboardDatabase } from "./dashboard-database.ts";
import { readDjangoObject, readDjangoVariables } from "./django-database.ts";
import { ConfigFault } from "./fault.ts";
import { firstSetting, type Setting, unexpected, unquoted } from "./settings.ts";
import { withoutSecrets } from "./without-secrets.ts";

const fallback: Setting = { name: "--database", value: "sqlite:kernelci.db" };

/**
 * The database to use: `--database`, else what `DATABASE_URL`, the dashboard's `DB_NAME` and so on, its
 * former `DB_DEFAULT` (JSON) or `DB_DEFAULT_NAME` and so on agree on, else a SQLite file
 * (`config/README.md` 2). The URL of a Postgres is whole: what it leaves out is taken from the environment
 * as libpq does. Throws `ConfigFault`.
 */
export function readDatabaseUrl(flag: string | undefined, env: Environment): string {
  return readDatabase(flag, env).value;
}

/** The same, with the name of the flag or variable that it is from. Throws `ConfigFault`. */
export function readDatabase(flag: string | undefined, env: Environment): Setting {
  return asConfigFault(() => {
    const asksForLibpq = flag !== undefined && /^postgres(?:ql)?:(?:\/\/)?$/.test(flag.trim());
    if (flag !== undefined && !asksForLibpq)
      return fromUrl({ name: "--database", value: flag }, env);
    const sources = [...variableSources(env)];
    // The flag names no server: the variables of libpq do, unless others say the same.
    const libpq = asksForLibpq ? placeVariables.find((name) => env[name]) : undefined;
    if (asksForLibpq && (libpq || sources.length === 0)) {
      const own = fromUrl({ name: "--database", value: flag ?? "" }, env);
      sources.push({ ...own, name: libpq ?? own.name });
    }
    const [first, ...others] = sources;
    for (const other of others) if (first) seeAgreement(first, other);
    if (first && asksForLibpq && first.value.startsWith("sqlite:")) {
      throw unexpected(first, "a Postgres, as --database postgres: says");
    }
    return first ?? fallback;
  });
}

// --- internal ---

/** The variables of libpq that name a server, or who asks for what there. */
const placeVariables = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"];

/** What each group of variables that is set names, in the order in which they count. */
function* variableSources(env: Environment): Generator<Setting> {
  const url = firstSetting(["DATABASE_URL", env.DATABASE_URL]);
  if (url) yield fromUrl(url, env);
  const dashboard = readDashboardDatabase(env, readText);
  if (dashboard) yield fromParameters(dashboard, env);
  const variables = readDjangoVariables(env);
  // An empty object says nothing beside what does.
  const isEmpty = /^\s*\{\s*\}\s*$/.test(env.DB_DEFAULT ?? "");
  const object = isEmpty && (url || dashboard || variables) ? undefined : readDjangoObject(env);
  for (const django of [object, variables]) {
    if (django) yield "file" in django ? checkedFile(django.file) : fromParameters(django, env);
  }
}

function fromUrl(setting: Setting, env: Environment): Setting {
  if (setting.value.startsWith("sqlite:")) return checkedFile(setting);
  const { name } = setting;
  const value = setting.value.trim();
  if (!/^postgres(?:ql)?:(?:\/\/|$)/.test(value)) {
    throw unexpected({ name, value: withoutSecrets(value) }, "sqlite:PATH or postgres://…");
  }
  const { url } = readConnection(name, value, unquotedVariables(env), readText);
  return { name, value: url };
}

function fromParameters(
  { name, parameters }: { name: string; parameters: Parameters },
  env: Environment,
): Setting {
  const found = resolve(parameters, "postgres", unquotedVariables(env), readText);
  if (found.settings.endpoints.some(({ host, address }) => host || address)) {
    return { name, value: found.url };
  }
  const whole = new Map(parameters).set("host", { from: name, value: "localhost" });
  return { name, value: resolve(whole, "postgres", env, readText).url };
}

/** Throws `ConfigFault` where two databases are not the same, or not for the same user. */
function seeAgreement(one: Setting, other: Setting): void {
  const [a, b] = [identityOf(one), identityOf(other)];
  const isSamePassword = a.password === b.password || !a.password || !b.password;
  if (a.place === b.place && isSamePassword) return;
  const differ = a.place === b.place ? "hold different passwords" : "name different databases";
  const told = [one, other].map(({ name, value }) => `${name} is ${maskSecrets(value)}`);
  throw new ConfigFault(`${one.name} and ${other.name} ${differ}`, {
    operation: "read the configuration",
    path: one.name,
    hint: `leave one of them out: ${told.join(", ")}`,
  });
}

function identityOf({ name, value }: Setting): { place: string; password?: string | undefined } {
  if (value.startsWith("sqlite:")) return { place: path.resolve(pathOf(value)) };
  const { settings } = readConnection(name, value, {}, readText);
  const { endpoints, user, password, database = user } = settings;
  return { place: JSON.stringify([endpoints, user, database]), password };
}

function checkedFile(setting: Setting): Setting {
  const { name, value } = setting;
  const hint = sqliteHint(value);
  if (hint !== undefined) throw unexpected(setting, "sqlite:PATH, the path of a file", hint);
  checkPath({ name, value: pathOf(value) });
  return setting;
}

function unquotedVariables(env: Environment): Environment {
  for (const name of libpqVariables) unquoted({ name, value: env[name] ?? "" });
  return env;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw cause;
  }
}

/** What cannot be used is a mistake of use where a flag says it, else one of configuration. */
function asConfigFault<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof StoreFault)) throw cause;
    throw new ConfigFault(cause.message, {
      operation: "read the configuration",
      path: cause.path,
      usage: cause.path?.startsWith("--") ?? false,
      hint: cause.hint,
      cause,
    });
  }
}
