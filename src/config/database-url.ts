import { readFileSync } from "node:fs";
import { maskSecrets } from "../base/mask-secrets.ts";
import { StoreFault } from "../store/fault.ts";
import type { Parameters } from "../store/given.ts";
import type { StoreKind, Surroundings } from "../store/kind.ts";
import { findStoreKind, storeKind, urlForms } from "../store/store-kind.ts";
import { checkPath } from "./check-path.ts";
import type { Environment } from "./config.ts";
import { readDashboardDatabase, readDashboardPassword } from "./dashboard-database.ts";
import { readDjangoObject, readDjangoVariables } from "./django-database.ts";
import { ConfigFault } from "./fault.ts";
import { serviceSettings } from "./monitor-settings.ts";
import { firstSetting, type Setting, unexpected, unquoted } from "./settings.ts";
import { withoutSecrets } from "./without-secrets.ts";

const fallback: Setting = { name: "--database", value: serviceSettings.databaseUrl.default };

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
  return findDatabase(flag, env) ?? fallback;
}

/** The same; undefined where nothing names a database. Throws `ConfigFault`. */
export function findDatabase(flag: string | undefined, env: Environment): Setting | undefined {
  return asConfigFault(() => {
    const asked = flag === undefined ? undefined : kindOfScheme(flag.trim());
    if (flag !== undefined && !asked) return fromUrl({ name: "--database", value: flag }, env);
    const sources = [...variableSources(env)];
    // The flag names no database: the kind's own variables do, unless others say the same.
    const own = asked?.placeVariables.find((name) => env[name]);
    if (asked && (own || sources.length === 0)) {
      const whole = fromUrl({ name: "--database", value: flag ?? "" }, env);
      sources.push({ ...whole, name: own ?? whole.name });
    }
    const [first, ...others] = sources;
    for (const other of others) if (first) seeAgreement(first, other);
    if (first && asked && storeKind(first.value) !== asked) {
      throw unexpected(first, `a ${asked.title}, as --database ${asked.schemes[0]}: says`);
    }
    return first;
  });
}

/**
 * The database of a running service by the URL that it tells everybody, with the password of the reader's
 * environment: `PGPASSWORD`, the dashboard's, or what `PGPASSFILE` or `~/.pgpass` hold. Throws `ConfigFault`.
 */
export function completeDatabase(publicUrl: string, env: Environment): string {
  return asConfigFault(() => {
    const PGPASSWORD = env.PGPASSWORD || readDashboardPassword(env, readText);
    return storeKind(publicUrl).completeUrl(publicUrl, { env: { ...env, PGPASSWORD }, readText });
  });
}

// --- internal ---

/** The server that Django's settings and those of the dashboard are about. */
const serverScheme = "postgres:";

/** The kind that a URL names which is its scheme alone, where variables may name the database. */
function kindOfScheme(url: string): StoreKind | undefined {
  const kind = /^[^:]*:(?:\/\/)?$/.test(url) ? findStoreKind(url) : undefined;
  return kind?.placeVariables.length ? kind : undefined;
}

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
    if (django) yield "file" in django ? fromUrl(django.file, env) : fromParameters(django, env);
  }
}

function fromUrl({ name, value: given }: Setting, env: Environment): Setting {
  const url = given.trimStart();
  const kind = findStoreKind(url);
  if (!kind) throw unexpected({ name, value: withoutSecrets(url.trimEnd()) }, urlForms);
  const value = kind.readUrl({ from: name, value: url }, surroundingsOf(kind, env));
  const path = kind.fileOf(value);
  if (path !== undefined) checkPath({ name, value: path });
  return { name, value };
}

function fromParameters(
  { name, parameters }: { name: string; parameters: Parameters },
  env: Environment,
): Setting {
  const kind = storeKind(serverScheme);
  const value = kind.fromParameters?.(name, parameters, surroundingsOf(kind, env));
  if (value === undefined) throw new Error(`${kind.title} is not configured by variables`);
  return { name, value };
}

/** Throws `ConfigFault` where two databases are not the same, or not for the same user. */
function seeAgreement(one: Setting, other: Setting): void {
  const identify = ({ value }: Setting) => storeKind(value).identify(value);
  const [a, b] = [identify(one), identify(other)];
  const isSamePassword = a.password === b.password || !a.password || !b.password;
  if (a.place === b.place && isSamePassword) return;
  const differ = a.place === b.place ? "hold different passwords" : "name different databases";
  const told = [one, other].map(({ name, value }) => `${name} is ${maskSecrets(value)}`);
  throw new ConfigFault(`${one.name} and ${other.name} ${differ}`, {
    operation: "read the configuration",
    path: one.name,
    hint: `remove one of them: ${told.join(", ")}`,
  });
}

/** What a kind reads a URL beside. Throws `ConfigFault` on a variable in quotes. */
function surroundingsOf(kind: StoreKind, env: Environment): Surroundings {
  for (const name of kind.variables) unquoted({ name, value: env[name] ?? "" });
  return { env, readText };
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
