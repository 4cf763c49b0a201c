import { maskSecrets } from "../mask-secrets.ts";
import { pathOf } from "../store/sqlite/path-of.ts";
import type { Environment } from "./config.ts";
import { readDjangoDatabase } from "./django-database.ts";
import { firstSetting, unexpected } from "./settings.ts";

const fallback = "sqlite:kernelci.db";

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
  const django = readDjangoDatabase(env);
  return django ? checked(django.value, django.name) : fallback;
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

/** Masks the password even where the scheme before it is what was forgotten. */
function withoutSecrets(value: string): string {
  return maskSecrets(value.replace(/^((?:[\w+.-]*:\/\/)?[^:@/]*):.*@/s, "$1:***@"));
}
