const maxCharacters = 200;

/**
 * The beginning of what a server said, fit for a log line: one line, no control characters, and
 * without the token, which a server or proxy may echo.
 */
export function quoteAnswer(body: Uint8Array, token: string): string {
  const text = Buffer.from(body).toString("utf8").replaceAll(token, "(token)");
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length > maxCharacters ? `${line.slice(0, maxCharacters)}…` : line;
}
