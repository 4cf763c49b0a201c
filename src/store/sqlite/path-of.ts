/**
 * The file of `sqlite:PATH`; `sqlite:///abs` and `sqlite://rel` are understood, too. Empty where the URL
 * names no file: SQLite would give every connection a database of its own, gone when it closes.
 */
export function pathOf(url: string): string {
  const path = url.replace(/^sqlite:(?:\/\/)?/, "").trim();
  return path === ":memory:" || /^\/*$/.test(path) ? "" : path;
}
