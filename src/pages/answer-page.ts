import type { AnswerCache } from "../api/answer-cache.ts";
import { Fault } from "../base/fault.ts";
import { safeJson } from "../base/safe-json.ts";
import { contentPolicy, respond } from "../observe/http-guard.ts";
import { html } from "../observe/page/html.ts";
import { foreign } from "../observe/page/parts.ts";
import type { Reader } from "../store/reader.ts";
import { pageAssets } from "./assets.ts";
import { layOut } from "./layout.ts";
import { notFoundPage } from "./not-found-page.ts";
import type { MakePage, PageAnswer, PageSources, ShownPage } from "./page.ts";
import { isOfDatabase, pageRoutes } from "./page-routes.ts";

/** From what pages are made. */
export interface PageOptions {
  readonly reader: Reader;
  /** The server's clock, in milliseconds since the epoch. */
  readonly now: () => number;
  readonly sources: PageSources;
  /** Keeps pages that are made from the database alone. */
  readonly cache?: AnswerCache;
}

/** No page is longer. */
const maxPageBytes = 1_000_000;

/** Answers a request for a page; undefined where nothing has that path. */
export async function answerPage(url: URL, options: PageOptions): Promise<Response | undefined> {
  const asset = pageAssets.get(url.pathname);
  if (asset) return respond(asset.body, { headers: { "content-type": asset.contentType } });
  const names = url.pathname.split("/").slice(1).map(decode);
  if (names.at(-1) === "") names.pop();
  const make = pageRoutes.get(names[0] ?? "");
  if (!make) return undefined;
  const answer = () => answerBy(make, url, names.slice(1), options);
  const { cache } = options;
  if (!cache || !isOfDatabase(names[0] ?? "")) return answer();
  return cache.answer(new Request(url.href), url, answer);
}

// --- internal ---

async function answerBy(
  make: MakePage,
  url: URL,
  names: readonly string[],
  options: PageOptions,
): Promise<Response> {
  const { sources } = options;
  try {
    return toResponse(await makePage(make, url, names, options), url, sources);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    const isRefused = cause.class === "refused";
    const body = html`<h1>${isRefused ? "The database cannot answer this request" : "The database is unreachable or busy"}</h1>
<p>${foreign(cause.message, 500)}</p>${isRefused ? undefined : html`<p class="muted">This page will retry automatically.</p>`}`;
    const text = layOut({ title: "No answer", body }, { url, sources, retries: !isRefused });
    return page(text, isRefused ? 400 : 503);
  }
}

function makePage(
  make: MakePage,
  url: URL,
  names: readonly string[],
  { reader, now, sources }: PageOptions,
): Promise<PageAnswer> {
  return make({ db: reader, nowMs: now(), url, query: url.searchParams, names, sources });
}

function toResponse(answer: PageAnswer, url: URL, sources: PageSources): Response {
  if ("goTo" in answer) return respond(null, { status: 302, headers: { location: answer.goTo } });
  if (url.searchParams.get("format") === "json" && answer.rows) {
    return respond(`${safeJson({ version: 1, rows: answer.rows })}\n`, {
      headers: { "content-type": "application/json" },
    });
  }
  const text = layOut(answer, { url, sources });
  if (Buffer.byteLength(text) <= maxPageBytes) return page(text, answer.status);
  const tooLong: ShownPage = notFoundPage(
    "This would be too long for one page: narrow the selection.",
  );
  return page(layOut(tooLong, { url, sources }), 413);
}

function page(text: string, status = 200): Response {
  return respond(text, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": contentPolicy("'self'"),
    },
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
