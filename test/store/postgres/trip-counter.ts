import net from "node:net";

/** Stands before a server, and counts the ways there and back. */
export interface TripCounter extends Disposable {
  readonly url: string;
  readonly trips: number;
}

const code = (letter: string) => letter.charCodeAt(0);
/** What a server answers by `readyForQuery`. */
const asking = new Set([code("Q"), code("S")]);
const readyForQuery = code("Z");

/** Starts one before the server of a URL. A trip begins when all that was sent before is answered. */
export async function startTripCounter(url: string): Promise<TripCounter> {
  const target = new URL(url);
  let trips = 0;
  const server = net.createServer((client) => {
    const onward = net.connect(Number(target.port), target.hostname);
    let waiting = 0;
    let isNew = true;
    const ofClient = messages((type) => {
      if (isNew) trips++;
      isNew = false;
      if (asking.has(type)) waiting++;
    }, true);
    const ofServer = messages((type) => {
      if (type !== readyForQuery) return;
      waiting = Math.max(0, waiting - 1);
      isNew = waiting === 0;
    }, false);
    client.on("data", (bytes: Buffer) => {
      ofClient(bytes);
      onward.write(bytes);
    });
    onward.on("data", (bytes: Buffer) => {
      ofServer(bytes);
      client.write(bytes);
    });
    for (const [one, two] of [
      [client, onward],
      [onward, client],
    ] as const) {
      one.on("error", () => {});
      one.on("close", () => two.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  const counted = new URL(url);
  [counted.hostname, counted.port] = ["127.0.0.1", String(port)];
  counted.searchParams.set("sslmode", "disable");
  return {
    url: counted.href,
    get trips() {
      return trips;
    },
    [Symbol.dispose]: () => void server.close(),
  };
}

// --- internal ---

/** Takes a stream apart into messages and tells the type of each; the first of a client has none. */
function messages(onType: (type: number) => void, isClient: boolean): (bytes: Buffer) => void {
  let held: Buffer = Buffer.alloc(0);
  let isFirst = isClient;
  return (bytes) => {
    held = Buffer.concat([held, bytes]);
    while (held.length >= 5) {
      const length = isFirst ? held.readInt32BE(0) : 1 + held.readInt32BE(1);
      if (held.length < length) return;
      onType(isFirst ? 0 : (held[0] ?? 0));
      isFirst = false;
      held = held.subarray(length);
    }
  };
}
