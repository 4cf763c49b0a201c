/**
 * The file of `sqlite:PATH`; `sqlite:////abs` is understood, too. Empty where the URL names no file that
 * everybody would take for the same (`sqliteHint`).
 */
export function databasePath(url: string): string {
  if (sqliteHint(url) !== undefined) return "";
  return url.slice("sqlite:".length).trim().replace(/^\/+/, "/");
}

/** Why `sqlite:…` is refused, as what to write instead; undefined for one that names a file. */
export function sqliteHint(url: string): string | undefined {
  const rest = url.slice("sqlite:".length).trim();
  const path = rest
    .replace(/^file:/, "")
    .replace(/\?.*$/s, "")
    .replace(/^\/{2,}/, "/");
  if (/^\/*$/.test(path)) return "name a file, as in sqlite:kernelci.db";
  // SQLite would give every connection a database of its own, gone when it closes.
  if (/^\/*:memory:$/.test(path) || /[?&](?:mode=memory|vfs=memdb)\b/.test(rest)) {
    return "a database in memory is lost at exit: name a file, as in sqlite:kernelci.db";
  }
  // What stands before the "@" is not for anybody's eyes.
  if (/^(?:file:)?\/\/[^/]*@/.test(rest)) {
    return "a file has no user, password or host: write sqlite:PATH";
  }
  if (/[?&]mode=r[ow]\b|[?&]immutable=/.test(rest)) {
    return `the database is always writable, and created if missing: write sqlite:${path}`;
  }
  if (rest.includes("?")) return `a file has no parameters: write sqlite:${path}`;
  if (rest.startsWith("file:")) return `write sqlite:${path}`;
  if (/^\/\/\/(?!\/)/.test(rest)) {
    return `write sqlite:${path.slice(1)} for a file in this folder (as SQLAlchemy has it), or sqlite:${path} for one at the root`;
  }
  if (/^\/\/(?!\/)/.test(rest)) return `write sqlite:${path.slice(1)}, or sqlite:${path}`;
  return undefined;
}
