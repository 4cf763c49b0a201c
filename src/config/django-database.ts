import type { Environment } from "./config.ts";
import { ConfigFault } from "./fault.ts";
import { readNumber, type Setting, unexpected } from "./settings.ts";
import { withoutSecrets } from "./without-secrets.ts";

/**
 * The database of the dashboard's settings as a URL: `DB_DEFAULT`, a JSON object as Django has it, else
 * `DB_DEFAULT_NAME` and so on. Undefined where nothing is given. Throws `ConfigFault`.
 */
export function readDjangoDatabase(env: Environment): Setting | undefined {
  if (env.DB_DEFAULT) {
    const given = parseDefault(env.DB_DEFAULT);
    const value = toUrl("DB_DEFAULT", (part) => {
      const name = `DB_DEFAULT.${part}`;
      return { name, value: textOf(given[part], name) };
    });
    return { name: "DB_DEFAULT", value };
  }
  const partOf = (part: Part) => {
    const name = `DB_DEFAULT_${part}`;
    return { name, value: env[name] ?? "" };
  };
  if (!parts.some((part) => partOf(part).value)) return undefined;
  return { name: "DB_DEFAULT_NAME", value: toUrl("DB_DEFAULT_NAME", partOf) };
}

// --- internal ---

const parts = ["ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT"] as const;
type Part = (typeof parts)[number];

function parseDefault(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // The text may hold a password, so the parser's message is not shown.
  }
  throw new ConfigFault('DB_DEFAULT: expected a JSON object such as {"NAME": "kcidb", …}', {
    operation: "read the configuration",
    path: "DB_DEFAULT",
  });
}

/** A value of the JSON object; a fault shows its kind alone, since it may be the password. */
function textOf(value: unknown, name: string): string {
  const text = typeof value === "number" ? String(value) : (value ?? "");
  if (typeof text === "string" && text.isWellFormed()) return text;
  throw unexpected({ name, value: typeof value }, "a text");
}

/** Django's own backends, and those of others, which are named after them. */
const engines = /(?:^|\.)(?:(postgresql|postgresql_psycopg2|postgis)|(sqlite3|spatialite))$/;

function toUrl(name: string, partOf: (part: Part) => Setting): string {
  const engine = partOf("ENGINE");
  const [, server, file] = engines.exec(engine.value || "postgresql") ?? [];
  if (!server && !file) {
    throw unexpected(engine, "django.db.backends.postgresql or django.db.backends.sqlite3");
  }
  const database = partOf("NAME").value;
  if (!database) {
    throw new ConfigFault(`${name}: expected the name of a database, got none`, {
      operation: "read the configuration",
      path: name,
    });
  }
  if (file) return `sqlite:${database.replace(/^\/+/, "/")}`;
  const url = new URL("postgres://localhost");
  url.hostname = readHost(partOf("HOST"));
  url.port = readPort(partOf("PORT"));
  url.username = encodeURIComponent(partOf("USER").value);
  url.password = encodeURIComponent(partOf("PASSWORD").value);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

/** A URL leaves out without a word what it cannot hold, and the driver knows no IPv6 address in it. */
function readHost(host: Setting): string {
  if (/^[^\s/\\?#@:%[\]<>^|]*$/.test(host.value)) return host.value || "localhost";
  const value = withoutSecrets(host.value);
  throw unexpected({ ...host, value }, "the name of a host or an IPv4 address");
}

function readPort(port: Setting): string {
  if (port.value === "") return "";
  return String(readNumber(port, 0, { min: 1, max: 65_535, integer: true }));
}
