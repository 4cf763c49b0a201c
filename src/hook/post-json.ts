import type { Deliver, DeliveryFailure } from "./delivery.ts";

interface PostOptions {
  readonly url: string;
  readonly userAgent: string;
  readonly timeoutMs: number;
}

/** Statuses of 400 to 499 that another try may not meet. */
const passing = new Set([408, 425, 429]);

/** Sends the refusals to a server, `{"json_version": 1, "refusals": […]}`. */
export function urlDelivery({ url, userAgent, timeoutMs }: PostOptions): Deliver {
  const target = new URL(url);
  const { username, password } = target;
  target.username = "";
  target.password = "";
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "user-agent": userAgent,
  };
  if (username || password) {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
  }
  return async (refusals, signal) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await fetch(target, {
        method: "POST",
        headers,
        body: `{"json_version":1,"refusals":[${refusals.join(",")}]}`,
        redirect: "manual",
        // Whatever the environment says; and no connection is kept that the server may close meanwhile.
        tls: { rejectUnauthorized: true },
        keepalive: false,
        signal: AbortSignal.any([signal, deadline]),
      });
      // What it says is of no use, and may be without end.
      void answer.body?.cancel().catch(() => {});
      return failureOf(answer.status);
    } catch (cause) {
      if (signal.aborted) return failed("interrupted: the service is stopping");
      if (deadline.aborted) return failed(`no answer within ${timeoutMs / 1000} s`);
      // The message may name the URL, which may be a secret.
      const { code, name } = cause as { code?: string; name?: string };
      return failed(`cannot be reached: ${code ?? name ?? "unknown"}`);
    }
  };
}

// --- internal ---

function failureOf(status: number): DeliveryFailure | undefined {
  if (status >= 200 && status < 300) return undefined;
  const isFinal = status >= 400 && status < 500 && !passing.has(status);
  return { why: `answers ${status}`, isFinal };
}

function failed(why: string): DeliveryFailure {
  return { why, isFinal: false };
}
