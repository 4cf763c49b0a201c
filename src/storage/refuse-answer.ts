import type { FaultClass } from "../base/fault.ts";
import { type StorageBlame, StorageFault } from "./fault.ts";
import type { Answer } from "./request.ts";

interface StatusRule {
  readonly retry: boolean;
  readonly blame: StorageBlame;
  readonly class: FaultClass;
  readonly hint: string;
}

const busy = (hint: string): StatusRule => ({
  retry: true,
  blame: "text",
  class: "transient",
  hint,
});
const denied = (hint: string): StatusRule => ({
  retry: false,
  blame: "server",
  class: "operator",
  hint,
});

/** What each status means to us; the server's own reasons are in its API (`storage/README.md`). */
const rules: Readonly<Record<number, StatusRule>> = {
  400: denied("the server did not understand the request: is STORAGE_BASE_URL correct?"),
  401: denied("the server does not accept the token: set a valid STORAGE_TOKEN"),
  403: denied("the token's user may not write to logexcerpt/, or this client is banned"),
  404: denied("nothing is served there: is STORAGE_BASE_URL correct?"),
  408: busy("another client holds this object; it will be retried"),
  409: busy("another client is writing this object; it will be retried"),
  413: { ...denied("a proxy limits the size of uploads: raise its limit"), blame: "text" },
  429: busy("the server is rate-limiting; it will be retried"),
};
const redirected = denied("redirects are not followed: set STORAGE_BASE_URL to the final address");
const broken: StatusRule = {
  retry: true,
  blame: "server",
  class: "transient",
  hint: "the server or a proxy in front of it has a problem; see its log",
};

/**
 * The fault for an answer that is not the hoped-for one.
 *
 * @param operation verb phrase, `upload an excerpt`
 * @param words what the answer says, as `quoteAnswer` makes it
 */
export function refuseAnswer(
  operation: string,
  url: string,
  answer: Answer,
  words: string,
): StorageFault {
  const { status } = answer;
  const rule = rules[status] ?? (status >= 500 ? broken : redirectOrOdd(status));
  const said = words === "" ? "" : `: ${words}`;
  return new StorageFault(`storage: ${operation}: ${url}: expected 200, got ${status}${said}`, {
    operation,
    path: url,
    code: String(status),
    retryAfterMs: rule.retry ? retryAfterMs(answer.headers["retry-after"]) : undefined,
    ...rule,
  });
}

// --- internal ---

function redirectOrOdd(status: number): StatusRule {
  return status >= 300 && status < 400
    ? redirected
    : denied("this is not the answer of a storage server: is STORAGE_BASE_URL correct?");
}

/** RFC 9110, 10.2.3: seconds, or a date. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
