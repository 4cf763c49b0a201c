import { pathOf } from "../store/sqlite/path-of.ts";
import { checkPath } from "./check-path.ts";
import type { Environment } from "./config.ts";
import { readDjangoDatabase } from "./django-database.ts";
import { firstSetting, type Setting, unexpected } from "./settings.ts";
import { withoutSecrets } from "./without-secrets.ts";

const fallback: Setting = { name: "--database", value: "sqlite:kernelci.db" };

/**
 * The database to use: `--database`, `DATABASE_URL`, the dashboard's `DB_DEFAULT` (JSON) or its
 * `DB_DEFAULT_NAME` and so on, else a SQLite file (`spec/ingester.md` 1). Throws `ConfigFault`.
 */
export function readDatabaseUrl(flag: string | undefined, env: Environment): string {
  return readDatabase(flag, env).value;
}

/** The same, with the name of the flag or variable that it is from. Throws `ConfigFault`. */
export function readDatabase(flag: string | undefined, env: Environment): Setting {
  const url = firstSetting(["--database", flag], ["DATABASE_URL", env.DATABASE_URL]);
  if (url) {
    if (/^(?:sqlite:|postgres(?:ql)?:\/\/)/.test(url.value)) return checked(url);
    throw unexpected({ ...url, value: withoutSecrets(url.value) }, "sqlite:PATH or postgres://…");
  }
  const django = readDjangoDatabase(env);
  return django ? checked(django) : fallback;
}

// --- internal ---

function checked(setting: Setting): Setting {
  const { name, value } = setting;
  if (value.startsWith("sqlite:")) {
    if (!pathOf(value)) throw unexpected(setting, "sqlite:PATH, the path of a file");
    checkPath({ name, value: pathOf(value) });
    return setting;
  }
  const parsed = URL.parse(value);
  // Its own spelling has no blanks, so that a password is told from what follows wherever it is masked.
  if (parsed && isDecodable(parsed)) return { name, value: parsed.href };
  throw unexpected(
    { name, value: withoutSecrets(value) },
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
