import { isObject } from "../base/is-object.ts";
import { nearest } from "../base/nearest.ts";
import type { Parameters } from "../store/given.ts";
import type { Environment } from "./config.ts";
import { ConfigFault } from "./fault.ts";
import { readNumber, type Setting, unexpected, unquoted } from "./settings.ts";

/** A database of the dashboard's settings: a SQLite file as a URL, or the parameters of a Postgres. */
export type DjangoDatabase = { file: Setting } | { name: string; parameters: Parameters };

const parts = ["ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT"] as const;

/** The variables of the dashboard's former settings. */
export const djangoVariables = [
  "DB_DEFAULT",
  ...[...parts, "OPTIONS"].map((part) => `DB_DEFAULT_${part}`),
];

/**
 * The database of `DB_DEFAULT`, a JSON object as Django has it. Undefined where it is not given. Throws
 * `ConfigFault`.
 */
export function readDjangoObject(env: Environment): DjangoDatabase | undefined {
  if (!env.DB_DEFAULT) return undefined;
  const { value: text } = unquoted({ name: "DB_DEFAULT", value: env.DB_DEFAULT });
  const given = parseObject("DB_DEFAULT", text, '{"NAME": "kcidb", …}');
  for (const key of Object.keys(given)) seeKnown(key);
  const partOf = (part: Part) => {
    const name = `DB_DEFAULT.${part}`;
    return { name, value: textOf(given[part], name) };
  };
  return toDatabase("DB_DEFAULT", partOf, readOptions("DB_DEFAULT.OPTIONS", given.OPTIONS ?? {}));
}

/** The database of `DB_DEFAULT_NAME` and so on. Undefined where none is given. Throws likewise. */
export function readDjangoVariables(env: Environment): DjangoDatabase | undefined {
  const partOf = (part: string) => {
    const name = `DB_DEFAULT_${part}`;
    return unquoted({ name, value: env[name] ?? "" });
  };
  if (![...parts, "OPTIONS"].some((part) => partOf(part).value)) return undefined;
  const { name, value } = partOf("OPTIONS");
  const options = value ? parseObject(name, value, '{"sslmode": "require"}') : {};
  return toDatabase("DB_DEFAULT_NAME", partOf, readOptions(name, options));
}

// --- internal ---

type Part = (typeof parts)[number];

/** What Django has beside, and means nothing to a service that holds its own connections. */
const withoutEffect = [
  "ATOMIC_REQUESTS",
  "AUTOCOMMIT",
  "CONN_HEALTH_CHECKS",
  "CONN_MAX_AGE",
  "DISABLE_SERVER_SIDE_CURSORS",
  "TEST",
  "TIME_ZONE",
];

/** Options of Django and psycopg that mean nothing here: statements are never prepared, texts are UTF-8. */
const optionsWithoutEffect = ["pool", "prepare_threshold", "server_side_binding"];

function seeKnown(key: string): void {
  const known = [...parts, "OPTIONS", ...withoutEffect];
  if (known.includes(key)) return;
  const shown = /^\w{1,40}$/.test(key) ? key : "…";
  throw new ConfigFault(`DB_DEFAULT: unknown setting ${shown}`, {
    operation: "read the configuration",
    path: "DB_DEFAULT",
    hint: `did you mean ${nearest(key, known) ?? known.join(", ")}?`,
  });
}

function parseObject(name: string, text: string, example: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // The text may hold a password, so the parser's message is not shown.
  }
  throw new ConfigFault(`${name}: expected a JSON object such as ${example}`, {
    operation: "read the configuration",
    path: name,
  });
}

/** A value of the JSON object; a fault shows its kind alone, since it may be the password. */
function textOf(value: unknown, name: string): string {
  const text = typeof value === "number" ? String(value) : (value ?? "");
  if (typeof text === "string" && text.isWellFormed()) return text;
  throw unexpected({ name, value: typeof value }, "a text");
}

/** The options of the connection, which psycopg hands to libpq. */
function readOptions(name: string, given: unknown): Map<string, Setting> {
  if (!isObject(given)) throw unexpected({ name, value: typeof given }, "an object");
  const options = new Map<string, Setting>();
  for (const [key, value] of Object.entries(given)) {
    if (optionsWithoutEffect.includes(key)) continue;
    const text = typeof value === "boolean" ? String(Number(value)) : value;
    const setting = { name: `${name}.${key}`, value: textOf(text, `${name}.${key}`) };
    if (setting.value) options.set(key, setting);
  }
  return options;
}

/** Django's own backends, and those of others, which are named after them. */
const engines = /(?:^|\.)(?:(postgresql|postgresql_psycopg2|postgis)|(sqlite3|spatialite))$/;

function toDatabase(
  name: string,
  partOf: (part: Part) => Setting,
  options: ReadonlyMap<string, Setting>,
): DjangoDatabase {
  const engine = partOf("ENGINE");
  const [, server, file] = engines.exec(engine.value || "postgresql") ?? [];
  if (!server && !file) {
    throw unexpected(engine, "django.db.backends.postgresql or django.db.backends.sqlite3");
  }
  const database = partOf("NAME").value;
  if (!database && !options.has("service")) {
    throw new ConfigFault(`${name}: expected the name of a database, got none`, {
      operation: "read the configuration",
      path: name,
    });
  }
  if (!file) return { name, parameters: toParameters(partOf, options) };
  const [option] = options.values();
  if (option) throw unexpected(option, "no options for a SQLite file", "leave them out");
  return { file: { name, value: `sqlite:${database.replace(/^\/+/, "/")}` } };
}

/** What Django hands to libpq: its own settings count more than its options. */
function toParameters(
  partOf: (part: Part) => Setting,
  options: ReadonlyMap<string, Setting>,
): Parameters {
  const port = partOf("PORT");
  if (port.value) readNumber(port, 0, { min: 1, max: 65_535, integer: true });
  const settings: [string, Setting][] = [
    ["dbname", partOf("NAME")],
    ...options,
    ["user", partOf("USER")],
    ["password", partOf("PASSWORD")],
    ["host", partOf("HOST")],
    ["port", port],
  ];
  const parameters = new Map<string, { from: string; value: string }>();
  for (const [key, setting] of settings) {
    if (setting.value) parameters.set(key, { from: setting.name, value: setting.value });
  }
  return parameters;
}
