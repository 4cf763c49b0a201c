import http from "node:http";
import https from "node:https";
import { limitHint } from "../base/system-limits.ts";
import { StorageFault } from "./fault.ts";

/** One HTTP request and the bounds on it. */
export interface Call {
  readonly method: "GET" | "HEAD" | "POST";
  readonly url: string;
  readonly headers: http.OutgoingHttpHeaders;
  readonly body?: Uint8Array;
  /** An answer's body is read up to here; the rest is not waited for. */
  readonly maxBodyBytes: number;
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly tls: https.RequestOptions;
}

/** What the server said. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Uint8Array;
  /** Whether the body was longer than `maxBodyBytes`. */
  readonly cut: boolean;
}

/**
 * One request over `agent`, answered by whatever status; redirects are not followed. It ends by
 * `timeoutMs` whatever the other side does. A GET or HEAD whose kept-alive connection turns out to be
 * closed is sent once more on a new one. A POST is not: it may have arrived, and the next try of
 * the caller looks first.
 *
 * @throws StorageFault when no whole answer came
 */
export async function request(agent: http.Agent, call: Call): Promise<Answer> {
  const deadline = performance.now() + call.timeoutMs;
  const first = await send(agent, call, deadline);
  const outcome = first === "stale" ? await send(false, call, deadline) : first;
  if (outcome === "stale") throw new TypeError("a new connection cannot be stale");
  return outcome;
}

// --- internal ---

function send(agent: http.Agent | false, call: Call, deadline: number): Promise<Answer | "stale"> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer | "stale">();
  const { method, headers, tls } = call;
  const secure = call.url.startsWith("https:");
  const options = { method, headers, agent, ...tls };
  const sent = secure ? https.request(call.url, options) : http.request(call.url, options);
  let answered = false;
  let connecting: Timer | undefined;

  const fail = (what: string, code: string, cause?: unknown) => {
    reject(transportFault(call, what, code, cause));
    sent.destroy();
  };
  const stop = () => fail("stopped from our side", "stopped");
  const overdue = setTimeout(
    () => fail(`no complete answer within ${seconds(call.timeoutMs)}`, "timeout"),
    Math.max(0, deadline - performance.now()),
  );
  sent.on("socket", (socket) => {
    if (!socket.connecting) return;
    connecting = setTimeout(
      () => fail(`no connection within ${seconds(call.connectTimeoutMs)}`, "connect-timeout"),
      call.connectTimeoutMs,
    );
    socket.once(secure ? "secureConnect" : "connect", () => clearTimeout(connecting));
  });
  sent.on("response", (response) => {
    answered = true;
    readAnswer(response, call.maxBodyBytes).then(resolve, (error: unknown) =>
      fail("the answer ended early", errorCode(error), error),
    );
  });
  sent.on("error", (error) => {
    // After the status line the body decides: servers may close early on a request they refuse.
    if (answered) return;
    const stale = agent !== false && sent.reusedSocket && isClosed(error);
    if (stale && method !== "POST") resolve("stale");
    // A host of several addresses fails with an error that has a code and no words.
    else fail(error.message || errorCode(error), errorCode(error), error);
  });
  if (call.signal?.aborted === true) stop();
  else call.signal?.addEventListener("abort", stop, { once: true });
  sent.end(call.body);

  return promise.finally(() => {
    clearTimeout(overdue);
    clearTimeout(connecting);
    call.signal?.removeEventListener("abort", stop);
  });
}

async function readAnswer(response: http.IncomingMessage, maxBodyBytes: number): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBodyBytes) break;
  }
  const cut = size > maxBodyBytes;
  if (!cut && !response.complete) throw new Error("connection closed before the end");
  const body = Buffer.concat(chunks).subarray(0, maxBodyBytes);
  return { status: response.statusCode ?? 0, headers: response.headers, body, cut };
}

/** Certificates do not mend themselves between two tries; everything else on the wire may. */
function transportFault(call: Call, what: string, code: string, cause: unknown): StorageFault {
  const untrusted = /CERT|ERR_TLS|ERR_SSL|UNABLE_TO_VERIFY/.test(code);
  return new StorageFault(`storage: ${call.method} ${call.url}: ${what}`, {
    operation: "call the storage server",
    path: call.url,
    class: untrusted ? "operator" : "transient",
    code,
    hint: untrusted
      ? "the server's certificate is not trusted: fix it, or name its CA in NODE_EXTRA_CA_CERTS"
      : (limitHint(code) ??
        "check that the server in STORAGE_BASE_URL is up and reachable from here"),
    cause,
    retry: !untrusted,
    blame: "server",
  });
}

function isClosed(error: Error): boolean {
  return ["ECONNRESET", "EPIPE"].includes(errorCode(error));
}

function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string"
    ? error.code
    : "connection";
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
