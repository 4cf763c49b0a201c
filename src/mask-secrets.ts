const hidden = "***";

/** `scheme://user:password@`, the password up to the last `@`: it may hold `/` or `@` unescaped. */
const userInfo = /([a-z][a-z0-9+.-]*:\/\/[^\s:/?#@]*):\S*@/gi;

/** `password=…`, `token=…` in a query string or a libpq connection string. */
const secretParameter =
  /\b((?:ssl)?password|passwd|token|secret|api_?key)=("[^"]*"|'[^']*'|[^\s&;,]+)/gi;

/** The text with the passwords of its URLs and the values of secret parameters replaced by `***`. */
export function maskSecrets(text: string): string {
  // Most log values hold neither: two scans are cheaper than two regular expressions.
  if (!text.includes("://") && !text.includes("=")) return text;
  return text.replace(userInfo, `$1:${hidden}@`).replace(secretParameter, `$1=${hidden}`);
}
