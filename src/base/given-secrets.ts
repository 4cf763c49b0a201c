import { secretNames } from "./mask-secrets.ts";

/** The variables that hold nothing but a secret. */
const secretVariables = [
  "PGPASSWORD",
  "PGSSLPASSWORD",
  "POSTGRES_PASSWORD",
  "DB_PASSWORD",
  "DB_DEFAULT_PASSWORD",
  "STORAGE_TOKEN",
];

/** The names of parameters that are secrets. */
const secretName = new RegExp(`${secretNames}$`, "i");

/**
 * The secrets that a process was given: by variables, within the database's URL or settings among
 * them, and by the words of its command line.
 */
export function givenSecrets(
  env: Readonly<Record<string, string | undefined>>,
  words: readonly string[],
): string[] {
  return [
    ...secretVariables.flatMap((name) => env[name] ?? []),
    ...secretsOfUrl(env.DATABASE_URL ?? ""),
    ...secretsOfUrl(env.STORAGE_BASE_URL ?? ""),
    ...secretsOfUrl(env.INGESTER_REFUSED_HOOK ?? ""),
    ...secretsOfSettings(env.DB_DEFAULT ?? ""),
    ...words.flatMap((word) => secretsOfWord(word.replace(/^--(?:database|refused-hook)=/, ""))),
  ];
}

/**
 * The secrets in a URL, however it is spelled: the password, the whole and each part of it where `/`,
 * `@`, `?` or `#` in it end up elsewhere, and the values of secret parameters. A password that equals
 * the user, the host or the database is none: those are told to everybody.
 */
export function secretsOfUrl(text: string): string[] {
  if (text.startsWith("sqlite:")) return [];
  const rest = text.replace(/^[\w+.-]*:\/+/, "");
  const [, user = "", password = ""] = /^([^:@]*)[:@](.*)@/s.exec(rest) ?? [];
  const url = URL.parse(text);
  const found = [password, ...(url ? [url.password] : [])];
  // An `@` after the `?` of a plain URL is that of a parameter.
  const isPlain = !/[/?#]/.test(user) && !/[/?#@]/.test(password);
  const isRead = isPlain || (url?.host && !/@/.test(url.pathname + url.hash));
  if (!isRead) found.push(...password.split(/[/?#@:]/));
  for (const [name, value] of url?.searchParams ?? []) if (secretName.test(name)) found.push(value);
  for (const [, value = ""] of text.matchAll(secretParameter)) found.push(value);
  const names = isRead && url ? [url.username, url.hostname, url.pathname.slice(1)] : [];
  return found.filter((secret) => secret !== "" && !names.includes(secret));
}

// --- internal ---

/** As in a connection string of libpq. */
const secretParameter = new RegExp(String.raw`${secretNames}\s*=\s*'?([^\s'&]+)`, "gi");

/** A word of the command line is a URL, or a path that may hold `:` and `@`. */
function secretsOfWord(word: string): string[] {
  return /:\/\/|^postgres|password/i.test(word) ? secretsOfUrl(word) : [];
}

/** Those in a JSON object such as `DB_DEFAULT`, at any depth. */
function secretsOfSettings(text: string): string[] {
  const found: string[] = [];
  try {
    JSON.parse(text, (key, value) => {
      if (secretName.test(key) && typeof value === "string") found.push(value);
      return value;
    });
  } catch {
    // Whoever reads the setting refuses it, without its text.
  }
  return found;
}
