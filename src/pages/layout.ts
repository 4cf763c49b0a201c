import { renderDocument } from "../observe/page/document.ts";
import { type Html, html } from "../observe/page/html.ts";
import type { PageSources } from "./page.ts";

/** The pages that all others lead to. */
const places = [
  ["/failures", "Failures"],
  ["/tree", "Trees"],
  ["/hardware", "Hardware"],
  ["/issues", "Issues"],
  ["/waiting", "Waiting"],
] as const;

/** Seconds after which a page that waits for the database asks again. */
const retrySeconds = 5;

/** A page as a whole document: the way to the others, a search, and what it shows. */
export function layOut(
  { title, body }: { title: string; body: Html },
  { url, sources, retries = false }: { url: URL; sources: PageSources; retries?: boolean },
): string {
  const all = [...places, ...(sources.spool ? [["/refused", "Refused"] as const] : [])];
  const isHere = (path: string) =>
    url.pathname === path ||
    url.pathname.startsWith(`${path}/`) ||
    (path === "/issues" && url.pathname.startsWith("/issue/"));
  return renderDocument(
    `${title.slice(0, 150)} · results`,
    html`<a class="skip" href="#content">Skip to content</a>
<header class="top">
<a class="brand" href="/failures"><img src="/icon.svg" alt="" width="24" height="24"> Results</a>
<nav aria-label="Pages">${all.map(([path, name]) => html`<a href="${path}"${isHere(path) ? html` aria-current="page"` : undefined}>${name}</a>`)}${sources.hasStatus ? html`<a href="/">Service status</a>` : undefined}</nav>
<form class="search" role="search" action="/search"><input type="search" name="q" placeholder="Path, board, id, commit" aria-label="Search path, board, config, id or commit" maxlength="300" value="${url.pathname === "/search" ? (url.searchParams.get("q") ?? "").slice(0, 300) : ""}"><button>Search</button></form>
</header>
<main id="content" tabindex="-1">${body}</main>
<footer class="muted"><p><span id="connection" role="status"></span> Read-only, from this machine's database. Times are UTC. API: <a href="/api/tree?origin=">/api/</a>; add <code>format=json</code> to a list for JSON.</p></footer>`,
    html`<link rel="stylesheet" href="/results.css">${retries ? html`<meta http-equiv="refresh" content="${retrySeconds}">` : undefined}<script type="module" src="/results.js"></script>
`,
  );
}
