import type { Reader } from "../store/reader.ts";

/** An answer that was given, and what it was made from. */
interface Kept {
  readonly version: string;
  readonly madeAtMs: number;
  readonly status: number;
  readonly headers: readonly [name: string, value: string][];
  readonly body: string;
}

/** Answers are kept for so long: they say how long ago something was. */
const maxAgeMs = 30_000;
/** And so much of them, in characters. */
const maxKept = 16 << 20;

/**
 * Keeps answers that are made from the database alone until anything is committed to it: who comes back to a page,
 * or opens one that somebody else has open, does not have it counted again. A question that takes no time is kept
 * as any other.
 */
export class AnswerCache {
  readonly #reader: Reader;
  /** Those that were asked for last are last. */
  readonly #kept = new Map<string, Kept>();
  #size = 0;

  constructor(reader: Reader) {
    this.#reader = reader;
  }

  /** Gives the answer to a request that is kept, else makes it. */
  async answer(
    request: Request,
    url: URL,
    make: (request: Request) => Promise<Response | undefined>,
  ): Promise<Response | undefined> {
    const body = request.method === "POST" ? await request.text() : "";
    const key = `${request.method} ${url.href} ${body}`;
    const again =
      request.method === "POST" ? new Request(url.href, { method: "POST", body }) : request;
    const version = await this.#reader.version().catch(() => undefined);
    if (version === undefined) return make(again);
    const kept = this.#kept.get(key);
    const nowMs = performance.now();
    if (kept) this.#forget(key, kept);
    if (kept && kept.version === version && nowMs - kept.madeAtMs < maxAgeMs) {
      this.#keep(key, kept);
      return toResponse(kept);
    }
    const made = await make(again);
    if (made?.status !== 200) return made;
    const answer: Kept = {
      ...{ version, madeAtMs: nowMs, status: made.status, body: await made.text() },
      headers: [...made.headers].map(([name, value]): [string, string] => [name, value]),
    };
    this.#keep(key, answer);
    return toResponse(answer);
  }

  #keep(key: string, answer: Kept): void {
    // Two who asked at once both bring an answer.
    const before = this.#kept.get(key);
    if (before) this.#forget(key, before);
    this.#kept.set(key, answer);
    this.#size += sizeOf(key, answer);
    for (const [oldest, other] of this.#kept) {
      if (this.#size <= maxKept) break;
      this.#forget(oldest, other);
    }
  }

  #forget(key: string, answer: Kept): void {
    this.#kept.delete(key);
    this.#size -= sizeOf(key, answer);
  }
}

// --- internal ---

function sizeOf(key: string, { body }: Kept): number {
  return key.length + body.length;
}

function toResponse({ status, headers, body }: Kept): Response {
  return new Response(body, { status, headers: headers.map(([name, value]) => [name, value]) });
}
