import type { Parameters, ReadText } from "../store/given.ts";
import type { Environment } from "./config.ts";
import { ConfigFault } from "./fault.ts";
import { firstSetting, readNumber, type Setting, unexpected } from "./settings.ts";

/** The dashboard's variables with what it takes where one is not set, and the parameters they are. */
const variables = {
  DB_NAME: { parameter: "dbname", fallback: "dashboard" },
  DB_USER: { parameter: "user", fallback: "admin" },
  DB_PASSWORD: { parameter: "password", fallback: "admin" },
  DB_HOST: { parameter: "host", fallback: "127.0.0.1" },
  DB_PORT: { parameter: "port", fallback: "5432" },
  DB_OPTIONS_CONNECT_TIMEOUT: { parameter: "connect_timeout", fallback: "16" },
} as const;

/** Those that choose the dashboard's database, also alone. */
export const dashboardVariables = [...Object.keys(variables), "DB_PASSWORD_FILE", "DB_ENGINE"];

/** What the dashboard and its ingester read beside, and means nothing here. */
const withoutEffect =
  /^(?:DB_CONN_MAX_AGE|DB_CONN_HEALTH_CHECKS|PROMETHEUS_MULTIPROC_DIR|INGEST_\w+)$/;

/** The variables that are set, are known from the dashboard, and have no effect here. */
export function variablesWithoutEffect(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => withoutEffect.test(name) && env[name] !== "")
    .sort();
}

/**
 * The Postgres of the dashboard's variables as they are today: `DB_NAME`, `DB_HOST` and so on, one that is
 * left out with the dashboard's own default. Undefined where none is set. Throws `ConfigFault`.
 */
export function readDashboardDatabase(
  env: Environment,
  readText: ReadText,
): { name: string; parameters: Parameters } | undefined {
  const given = (name: string) => firstSetting([name, env[name]]);
  const [name] = dashboardVariables.filter(given);
  if (!name) return undefined;
  const engine = given("DB_ENGINE");
  if (engine && !engine.value.endsWith("postgresql")) {
    throw unexpected(engine, "django.db.backends.postgresql", "give a SQLite file with --database");
  }
  const port = given("DB_PORT");
  readNumber(port, 0, { min: 1, max: 65_535, integer: true });
  const password = findPassword(env, readText);
  const parameters = Object.entries(variables).map(([variable, { parameter, fallback }]) => {
    const setting = parameter === "password" ? password : given(variable);
    return [
      parameter,
      { from: setting?.name ?? variable, value: setting?.value ?? fallback },
    ] as const;
  });
  return { name, parameters: new Map(parameters) };
}

/** Variables that hold a password, or the way to it, and name no database. */
export const passwordVariables = ["DB_PASSWORD", "DB_PASSWORD_FILE", "DB_DEFAULT_PASSWORD"];

/** The password that these say; undefined where none is set. Throws `ConfigFault`. */
export function readDashboardPassword(env: Environment, readText: ReadText): string | undefined {
  const former = firstSetting(["DB_DEFAULT_PASSWORD", env.DB_DEFAULT_PASSWORD]);
  return (findPassword(env, readText) ?? former)?.value;
}

// --- internal ---

function findPassword(env: Environment, readText: ReadText): Setting | undefined {
  const file = firstSetting(["DB_PASSWORD_FILE", env.DB_PASSWORD_FILE]);
  const secret = readPasswordFile(file, readText);
  const password = firstSetting(["DB_PASSWORD", env.DB_PASSWORD]);
  if (secret && password && secret.value !== password.value) {
    throw new ConfigFault("DB_PASSWORD and DB_PASSWORD_FILE hold different passwords", {
      operation: "read the configuration",
      path: "DB_PASSWORD_FILE",
      hint: "remove one of them",
    });
  }
  return password ?? secret;
}

/** The password that a file holds, without the line break at its end. */
function readPasswordFile(file: Setting | undefined, readText: ReadText): Setting | undefined {
  if (!file) return undefined;
  let why = "ENOENT";
  try {
    const value = readText(file.value)?.replace(/[\r\n]+$/, "");
    if (value) return { name: file.name, value };
    if (value === "") why = "it is empty";
  } catch (cause) {
    why = (cause as { code?: string }).code ?? String(cause);
  }
  throw new ConfigFault(`${file.name}: cannot read the password in ${file.value}: ${why}`, {
    operation: "read the configuration",
    path: file.name,
    hint: "name a file that contains the password and that this user can read",
  });
}
