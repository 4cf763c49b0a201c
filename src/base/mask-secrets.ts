import { knownSecrets } from "./known-secrets.ts";

const hidden = "***";

/**
 * `scheme://user:password@`, both up to the last `@`: either may hold `/` or `@` unescaped. Without a
 * `:` but with two `@`, what is between them is no host. The word PASSWORD stands for one in a hint.
 */
const userInfo = /(:\/\/[^\s:@]*)(?::(?!PASSWORD@HOST\b)\S*@|@\S*@)/g;

/** What the names of secrets end with, as part of a pattern. */
export const secretNames = "(?:passw(?:or)?d|passphrase|pass|pwd|token|secret|api_?key)";
const value = String.raw`("[^"]*"|'[^']*'|[^\s&;,]+)`;

/** `password=…`, `PGPASSWORD=…`, `token=…` in a query string or a libpq connection string. */
const secretParameter = new RegExp(String.raw`(${secretNames})(\s?=\s?)${value}`, "gi");

/** `"PASSWORD": "…"` in JSON, as `DB_DEFAULT` has it. */
const secretMember = new RegExp(
  String.raw`("[\w.-]*${secretNames}"\s*:\s*)"(?:[^"\\]|\\.)*"`,
  "gi",
);

/**
 * The text without the secrets that this process was given, wherever they stand (see `knowSecrets`), and
 * without the passwords of URLs and the values of secret parameters: each is replaced by `***`.
 */
export function maskSecrets(text: string): string {
  const known = knownSecrets();
  const masked = known ? text.replace(known, hidden) : text;
  // Most texts hold none of these: scans are cheaper than regular expressions.
  const hasUrl = masked.includes("://");
  const hasParameter = masked.includes("=");
  if (!hasUrl && !hasParameter && !masked.includes('":') && !masked.includes('" :')) return masked;
  return maskUserInfo(masked)
    .replace(secretParameter, `$1$2${hidden}`)
    .replace(secretMember, `$1"${hidden}"`);
}

// --- internal ---

/** How much of what follows the last `@` matters: `HOST`, and whether the word ends there. */
const afterLast = 5;

/** Leaves out the end of a word, after its last `@`: it would be gone through once for each `://` in it. */
function maskUserInfo(text: string): string {
  if (!text.includes("://") || !text.includes("@")) return text;
  return text.replace(/\S+/g, (word) => {
    const end = word.lastIndexOf("@") + 1 + afterLast;
    return word.slice(0, end).replace(userInfo, `$1:${hidden}@`) + word.slice(end);
  });
}
