import { html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import type { ShownPage } from "./page.ts";

/** What is not there, told as a page; the search is in its head. */
export function notFoundPage(message: string, given?: string): ShownPage {
  return {
    title: "Not found",
    status: 404,
    body: html`<h1>Not found</h1>
<p>${message}${given === undefined ? undefined : html` <code>${foreign(given, 200)}</code>`}</p>
<form class="search wide" role="search" action="/search" aria-label="Search for what is missing"><input type="search" name="q" value="${(given ?? "").slice(0, 300)}" aria-label="Path, board, config, id or commit" maxlength="300"><button>Search</button></form>`,
  };
}
