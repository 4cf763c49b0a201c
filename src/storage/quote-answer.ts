const maxCharacters = 200;
/** How many characters of the token's beginning are taken for the token: an echo may be cut off. */
const tellingCharacters = 8;

/**
 * The beginning of what a server said, fit for a log line: one line, no control characters, and
 * without the token, which a server or proxy may echo in whole or in part.
 */
export function quoteAnswer(body: Uint8Array, token: string): string {
  const text = hideToken(Buffer.from(body).toString("utf8"), token);
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length > maxCharacters ? `${line.slice(0, maxCharacters)}…` : line;
}

// --- internal ---

function hideToken(text: string, token: string): string {
  const head = token.slice(0, tellingCharacters);
  let hidden = "";
  let from = 0;
  for (let at = text.indexOf(head); at >= 0; at = text.indexOf(head, from)) {
    let end = at + head.length;
    while (end - at < token.length && text[end] === token[end - at]) end += 1;
    hidden += `${text.slice(from, at)}(token)`;
    from = end;
  }
  return hidden + text.slice(from);
}
