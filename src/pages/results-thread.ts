import { respond } from "../observe/http-guard.ts";
import type { FromThread, ThreadSetup } from "./thread-protocol.ts";

/** How the thread is started, and how long it may take. */
export interface ResultsThreadOptions {
  /** Starts the thread. */
  readonly spawn: () => Worker;
  readonly setup: Omit<ThreadSetup, "kind">;
  /** A question that takes longer has gone wrong, and so has the thread; 30 s unless given. */
  readonly patienceMs?: number;
}

/** How many questions wait at most: whoever comes then is told to come again. */
const maxWaiting = 16;
const usualPatienceMs = 30_000;

interface Waiting {
  readonly resolve: (response: Response) => void;
  readonly reject: (error: Error) => void;
  readonly timer: Timer;
}

/**
 * Answers requests for results on a thread of its own, so that no query holds up ingestion: the database of a
 * file is read in the thread that asks. It is started by the first request, and again after one that it did not
 * survive.
 */
export class ResultsThread implements Disposable {
  readonly #options: ResultsThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Promise<Worker> | undefined;
  #lastId = 0;

  constructor(options: ResultsThreadOptions) {
    this.#options = options;
  }

  async answer(request: Request, url: URL): Promise<Response> {
    if (this.#waiting.size >= maxWaiting)
      return busy("Too many requests are waiting; try again soon.\n");
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    const timer = setTimeout(() => this.#end(), this.#options.patienceMs ?? usualPatienceMs);
    this.#waiting.set(id, { resolve, reject, timer });
    const body = request.method === "POST" ? await request.text() : undefined;
    this.#thread ??= this.#start();
    const thread = await this.#thread;
    thread.postMessage({ kind: "question", id, method: request.method, url: url.href, body });
    return promise;
  }

  [Symbol.dispose](): void {
    this.#end();
  }

  async #start(): Promise<Worker> {
    const thread = this.#options.spawn();
    const ready = Promise.withResolvers<Worker>();
    thread.onmessage = ({ data }: MessageEvent<FromThread>) => {
      if (data.kind === "ready") ready.resolve(thread);
      else this.#settle(data);
    };
    // Also what keeps it from starting ends here: whoever waits is told.
    thread.addEventListener("close", () => {
      this.#end();
      ready.resolve(thread);
    });
    thread.onerror = (event) => event.preventDefault();
    await ready.promise;
    thread.postMessage({ kind: "setup", ...this.#options.setup });
    return thread;
  }

  #settle(message: Exclude<FromThread, { kind: "ready" }>): void {
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    this.#waiting.delete(message.id);
    clearTimeout(waiting.timer);
    if (message.kind === "failure") waiting.reject(new Error(message.text));
    else {
      const { status, headers, body } = message;
      const pairs = headers.map(([name, value]): [string, string] => [name, value]);
      waiting.resolve(new Response(body, { status, headers: pairs }));
    }
  }

  /** Ends the thread, whatever it does; all that wait are told to try again. */
  #end(): void {
    void this.#thread?.then((thread) => thread.terminate());
    this.#thread = undefined;
    for (const { resolve, timer } of this.#waiting.values()) {
      clearTimeout(timer);
      resolve(busy("The database is taking too long; try again soon.\n"));
    }
    this.#waiting.clear();
  }
}

// --- internal ---

function busy(text: string): Response {
  return respond(text, { status: 503, headers: { "retry-after": "5" } });
}
