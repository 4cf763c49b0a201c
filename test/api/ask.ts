import { answerApi } from "../../src/api/answer-api.ts";
import type { Reader } from "../../src/store/reader.ts";

/** What an endpoint answered. */
export interface Answered {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it as a client would
  readonly body: any;
  readonly text: string;
}

/** When the drawn results are looked at. */
export const nowMs = Date.UTC(2026, 6, 2);

/** Asks for a path below `/api/`, as it is written; with a body by POST. */
export async function ask(reader: Reader, path: string, body?: unknown): Promise<Answered> {
  const url = `http://127.0.0.1:8010/api/${path}`;
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const request = new Request(url, init);
  const response = await answerApi(request, new URL(request.url), { reader, now: () => nowMs });
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text), text };
}

/** Parameters as clients write them. */
export function parameters(values: Readonly<Record<string, string>>): string {
  return new URLSearchParams(values).toString();
}
