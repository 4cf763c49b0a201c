import { maskSecrets } from "../mask-secrets.ts";
import { pathOf } from "../store/sqlite/path-of.ts";
import type { Environment } from "./config.ts";
import { ConfigFault } from "./fault.ts";
import { firstSetting, unexpected } from "./settings.ts";

const fallback = "sqlite:kernelci.db";
const parts = ["NAME", "USER", "PASSWORD", "HOST", "PORT"] as const;
type Part = (typeof parts)[number];

/**
 * The database to use: `--database`, `DATABASE_URL`, the dashboard's `DB_DEFAULT` (JSON) or its
 * `DB_DEFAULT_NAME` and so on, else a SQLite file (`spec/ingester.md` 1). Throws `ConfigFault`.
 */
export function readDatabaseUrl(flag: string | undefined, env: Environment): string {
  const url = firstSetting(["--database", flag], ["DATABASE_URL", env.DATABASE_URL]);
  if (url) {
    if (/^(?:sqlite:|postgres(?:ql)?:\/\/)/.test(url.value)) return checked(url.value, url.name);
    throw unexpected({ ...url, value: withoutSecrets(url.value) }, "sqlite:PATH or postgres://…");
  }
  const json = env.DB_DEFAULT;
  if (json) return fromParts(parseDefault(json), "DB_DEFAULT");
  const given = Object.fromEntries(parts.map((part) => [part, env[`DB_DEFAULT_${part}`]]));
  return Object.values(given).some(Boolean) ? fromParts(given, "DB_DEFAULT_NAME") : fallback;
}

// --- internal ---

function checked(url: string, name: string): string {
  if (url.startsWith("sqlite:")) {
    if (pathOf(url)) return url;
    throw unexpected({ name, value: url }, "sqlite:PATH, the path of a file");
  }
  const parsed = URL.parse(url);
  // Its own spelling has no blanks, so that a password is told from what follows wherever it is masked.
  if (parsed && isDecodable(parsed)) return parsed.href;
  throw unexpected(
    { name, value: withoutSecrets(url) },
    "a URL as in postgres://user@host:5432/name",
    parsed ? "write % as %25" : undefined,
  );
}

/** Whether every % begins a character. */
function isDecodable({ username, password, host, pathname }: URL): boolean {
  try {
    decodeURIComponent([username, password, host, pathname].join(" "));
    return true;
  } catch {
    return false;
  }
}

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

function fromParts(given: Record<string, unknown>, name: string): string {
  const text = (part: Part) => String(given[part] ?? "");
  if (!text("NAME")) {
    throw new ConfigFault(`${name}: expected the name of a database, got none`, {
      operation: "read the configuration",
      path: name,
    });
  }
  const url = new URL("postgres://localhost");
  url.hostname = text("HOST") || "localhost";
  url.port = text("PORT");
  url.username = encodeURIComponent(text("USER"));
  url.password = encodeURIComponent(text("PASSWORD"));
  url.pathname = `/${encodeURIComponent(text("NAME"))}`;
  return url.href;
}

/** Masks the password even where the scheme before it is what was forgotten. */
function withoutSecrets(value: string): string {
  return maskSecrets(value.replace(/^((?:[\w+.-]*:\/\/)?[^:@/]*):.*@/s, "$1:***@"));
}
