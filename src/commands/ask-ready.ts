import http from "node:http";
import { request } from "../storage/request.ts";

/** What a service says of itself over HTTP. */
export interface Readiness {
  readonly isReady: boolean;
  /** Why it is not, or what it warns of. */
  readonly words: string;
}

/** An operator waits for the answer. */
const patience = { connectTimeoutMs: 500, timeoutMs: 1_500 };

/** Asks a service on this machine whether it is ready; undefined where it gives no answer. */
export async function askReady(metricsUrl: string): Promise<Readiness | undefined> {
  try {
    const url = new URL("/ready", metricsUrl).href;
    const { status, body } = await request(new http.Agent(), {
      ...{ method: "GET", url, headers: {}, maxBodyBytes: 4_096, tls: {} },
      ...patience,
    });
    if (status !== 200 && status !== 503) return undefined;
    const words = new TextDecoder().decode(body).trim().replaceAll("\n", "; ");
    return { isReady: status === 200, words };
  } catch {
    // Whatever it is that listens there, or does not: there is no answer.
    return undefined;
  }
}
