import { readFileSync } from "node:fs";
import { StoreFault } from "../store/fault.ts";
import { libpqVariables } from "../store/postgres/connection/known-parameters.ts";
import { readConnection, resolve } from "../store/postgres/connection/read-connection.ts";
import { pathOf, sqliteHint } from "../store/sqlite/path-of.ts";
import { checkPath } from "./check-path.ts";
import type { Environment } from "./config.ts";
import { readDjangoDatabase } from "./django-database.ts";
import { ConfigFault } from "./fault.ts";
import { firstSetting, type Setting, unexpected, unquoted } from "./settings.ts";
import { withoutSecrets } from "./without-secrets.ts";

const fallback: Setting = { name: "--database", value: "sqlite:kernelci.db" };

/**
 * The database to use: `--database`, `DATABASE_URL`, the dashboard's `DB_DEFAULT` (JSON) or its
 * `DB_DEFAULT_NAME` and so on, else a SQLite file (`spec/ingester.md` 1). The URL of a Postgres is whole:
 * what it leaves out is taken from the environment as libpq does. Throws `ConfigFault`.
 */
export function readDatabaseUrl(flag: string | undefined, env: Environment): string {
  return readDatabase(flag, env).value;
}

/** The same, with the name of the flag or variable that it is from. Throws `ConfigFault`. */
export function readDatabase(flag: string | undefined, env: Environment): Setting {
  const url = firstSetting(["--database", flag], ["DATABASE_URL", env.DATABASE_URL]);
  if (url) {
    if (url.value.startsWith("sqlite:")) return checkedFile(url);
    const value = url.value.trim();
    if (/^postgres(?:ql)?:(?:\/\/|$)/.test(value)) return wholeUrl({ ...url, value }, env);
    throw unexpected({ ...url, value: withoutSecrets(value) }, "sqlite:PATH or postgres://…");
  }
  const django = asConfigFault(() => readDjangoDatabase(env));
  if (!django) return fallback;
  if ("file" in django) return checkedFile(django.file);
  const { name, parameters } = django;
  return asConfigFault(() => {
    const found = resolve(parameters, "postgres", unquotedVariables(env), readText);
    if (parameters.has("service") || found.settings.endpoints.some(hasPlace)) {
      return { name, value: found.url };
    }
    const host = { from: name, value: "localhost" };
    const whole = new Map(parameters).set("host", host);
    return { name, value: resolve(whole, "postgres", env, readText).url };
  });
}

// --- internal ---

const hasPlace = ({ host, address }: { host: string; address?: string | undefined }) =>
  host !== "" || address !== undefined;

function checkedFile(setting: Setting): Setting {
  const { name, value } = setting;
  const hint = sqliteHint(value);
  if (hint !== undefined) throw unexpected(setting, "sqlite:PATH, the path of a file", hint);
  checkPath({ name, value: pathOf(value) });
  return setting;
}

function wholeUrl({ name, value }: Setting, env: Environment): Setting {
  return asConfigFault(() => {
    const { url } = readConnection(name, value, unquotedVariables(env), readText);
    return { name, value: url };
  });
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
