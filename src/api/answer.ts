import type { Reader } from "../store/reader.ts";

/** What an endpoint is asked with. */
export interface ApiRequest {
  readonly db: Reader;
  /** The server's clock. */
  readonly nowMs: number;
  /** The parts of the path that are names, decoded. */
  readonly names: readonly string[];
  readonly query: URLSearchParams;
  /** The body of a POST, parsed; undefined where it is no JSON. */
  readonly body: unknown;
  /** Scheme and host of the request, as in `http://127.0.0.1:8010`. */
  readonly base: string;
}

/** Answers a request. Throws `ApiRefusal` where it is malformed, `StoreFault` where the database is. */
export type ApiEndpoint = (asked: ApiRequest) => Promise<unknown>;

/** A request that nobody can answer: its text is for whoever asked. */
export class ApiRefusal extends Error {
  readonly status = 400;
}

/** The answer where nothing is found: a success to HTTP, so that clients show its text and do not try again. */
export function nothing(text: string): { error: string } {
  return { error: text };
}

/** A time as the dashboard writes it: six digits of a second or none. */
export function apiTime(time: string | null): string | null {
  return time?.endsWith(".000000Z") ? `${time.slice(0, 19)}Z` : time;
}

/** The status, or the word for none. */
export function statusOf(status: string | null): string {
  return status ?? "NULL";
}
