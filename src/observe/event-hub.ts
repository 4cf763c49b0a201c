import { respond } from "./http-guard.ts";

/** Each open page costs a connection and a copy of what it was sent. */
const maxClients = 32;

/** Something is said at least this often, so that both ends notice a dead connection. */
const heartbeatMs = 10_000;

interface Client {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  readonly sent: Map<string, string>;
  spokenAtMs: number;
}

/** Sends named texts to all who listen, by server-sent events; each gets only what changed for it. */
export class EventHub implements Disposable {
  readonly #clients = new Set<Client>();
  readonly #encoder = new TextEncoder();

  get size(): number {
    return this.#clients.size;
  }

  /** The answer to one more listener: a stream without end, or 503 when there are too many. */
  connect(): Response {
    if (this.#clients.size >= maxClients) {
      return respond("Too many pages are open.\n", {
        status: 503,
        headers: { "retry-after": "30" },
      });
    }
    let client: Client | undefined;
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          client = { controller, sent: new Map(), spokenAtMs: 0 };
          this.#clients.add(client);
        },
        cancel: () => {
          if (client) this.#clients.delete(client);
        },
      },
      new CountQueuingStrategy({ highWaterMark: 4 }),
    );
    return respond(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
  }

  /** Sends every listener the texts that differ from what it has. */
  publish(texts: Readonly<Record<string, string>>): void {
    const nowMs = performance.now();
    for (const client of this.#clients) {
      // Who does not keep up misses steps, not the end: what differs is sent once there is room.
      if ((client.controller.desiredSize ?? 0) <= 0) continue;
      const changed = Object.entries(texts).filter(
        ([name, text]) => client.sent.get(name) !== text,
      );
      if (changed.length === 0 && nowMs - client.spokenAtMs < heartbeatMs) continue;
      for (const [name, text] of changed) client.sent.set(name, text);
      client.spokenAtMs = nowMs;
      const data = JSON.stringify(Object.fromEntries(changed));
      client.controller.enqueue(this.#encoder.encode(`data: ${data}\n\n`));
    }
  }

  [Symbol.dispose](): void {
    for (const { controller } of this.#clients) controller.close();
    this.#clients.clear();
  }
}
