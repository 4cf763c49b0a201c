/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, "");
  return bare === "localhost" || bare === "::1" || /^127(\.\d{1,3}){3}$/.test(bare);
}

/** The URL that a request asks for; `undefined` when it cannot be understood. */
export function askedUrl({ url }: Request): URL | undefined {
  // Without a Host, as HTTP/1.0 allows, the runtime gives the path alone.
  return URL.parse(url.startsWith("/") ? `http://localhost${url}` : url) ?? undefined;
}

/** The path that a request asks for; `undefined` when it cannot be understood. */
export function askedPath(request: Request): string | undefined {
  return askedUrl(request)?.pathname;
}

/**
 * The answer to a request that is not to be served, else `undefined`. Reading is all there is to
 * do, and a server on loopback answers only to names of loopback: a page of another site can make
 * a browser come here under its own name (DNS rebinding), but cannot change the Host header.
 */
export function refuseRequest(
  request: Request,
  boundToLoopback: boolean,
  methods: readonly string[] = ["GET", "HEAD"],
): Response | undefined {
  if (!methods.includes(request.method)) {
    const served = new Intl.ListFormat("en").format(methods);
    return respond(`Only ${served} are supported.\n`, {
      status: 405,
      headers: { allow: methods.join(", ") },
    });
  }
  // Whoever names no host is no browser: load balancers ask so.
  const host = request.headers.get("host") ?? "";
  if ((host !== "" && !isHost(host)) || askedPath(request) === undefined)
    return respond("Invalid Host header or path.\n", { status: 400 });
  if (boundToLoopback && host !== "" && !isLoopback(host.replace(/:\d*$/, ""))) {
    return respond("This server only answers requests to localhost.\n", {
      status: 421,
    });
  }
  return undefined;
}

/** Whether a Host header is a name or an address, and maybe a port. */
function isHost(host: string): boolean {
  const hasShape = /^(?:\[[\da-f:.]+\]|[^\s,/?#@\\:[\]]+)(?::\d*)?$/i.test(host);
  return hasShape && URL.canParse(`http://${host}`);
}

/** No request to any other host, nothing inline, no frame around it; forms go nowhere, or to `'self'`. */
export function contentPolicy(formAction: "'none'" | "'self'"): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    `form-action ${formAction}`,
    "frame-ancestors 'none'",
  ].join("; ");
}

const policy = contentPolicy("'none'");

/** A response with the headers that all have; plain text unless `headers` says otherwise. */
export function respond(
  body: string | ReadableStream<Uint8Array> | null,
  options: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return new Response(body, {
    status: options.status ?? 200,
    headers: {
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": policy,
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      ...options.headers,
    },
  });
}
