import { Fault } from "../base/fault.ts";
import { safeJson } from "../base/safe-json.ts";
import { respond } from "../observe/http-guard.ts";
import type { Reader } from "../store/reader.ts";
import { ApiRefusal } from "./answer.ts";
import { findRoute } from "./routes.ts";

/** Where the API is. */
export const apiPath = "/api/";

/** From what the API answers. */
export interface ApiOptions {
  readonly reader: Reader;
  /** The server's clock, in milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Answers a request of the dashboard's read API. What is not found is a success with an `error`, as clients
 * expect; a malformed request is a 400, a database that is away a 503, after which clients try again.
 */
export async function answerApi(
  request: Request,
  url: URL,
  options: ApiOptions,
): Promise<Response> {
  const method = request.method === "HEAD" ? "GET" : request.method;
  const found = findRoute(method, url.pathname.slice(apiPath.length));
  if (found === undefined) return answer({ error: "There is no such endpoint" }, 404);
  if (found === "other method") {
    return answer({ error: `${request.method} is not served here` }, 405);
  }
  try {
    const body = await found.route.answer({
      db: options.reader,
      nowMs: options.now(),
      names: found.names,
      query: url.searchParams,
      body: method === "POST" ? await readBody(request) : undefined,
      base: url.origin,
    });
    return answer(body);
  } catch (cause) {
    if (cause instanceof ApiRefusal) return answer({ error: cause.message }, cause.status);
    if (!(cause instanceof Fault)) throw cause;
    const status = cause.class === "refused" ? 400 : 503;
    return answer({ error: `The database cannot answer: ${cause.message}` }, status);
  }
}

// --- internal ---

/** A body that is no JSON is none: each endpoint says what it expects. */
async function readBody(request: Request): Promise<unknown> {
  try {
    return JSON.parse(await request.text());
  } catch {
    return undefined;
  }
}

function answer(body: unknown, status = 200): Response {
  return respond(safeJson(body), { status, headers: { "content-type": "application/json" } });
}
