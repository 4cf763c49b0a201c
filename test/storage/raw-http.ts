import net from "node:net";
import tls from "node:tls";

/** A request whose body is still on the wire. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly socket: net.Socket;
  /** Reads the whole body (Content-Length only). */
  readonly body: () => Promise<Buffer>;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface RawServer extends AsyncDisposable {
  readonly port: number;
  /** How many connections are open. */
  readonly connections: number;
}

/** Answers by a reply, or `undefined` when it dealt with the socket itself and is done with it. */
export type Handler = (request: RawRequest) => Promise<Reply | undefined>;

/**
 * HTTP/1.1 with keep-alive on a bare socket of 127.0.0.1, so that a test can do what no library
 * lets a server do: half an answer, one byte at a time, or none.
 */
export async function serveRaw(handle: Handler, secure?: tls.TlsOptions): Promise<RawServer> {
  const sockets = new Set<net.Socket>();
  const accept = (socket: net.Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    converse(socket, handle).catch(() => socket.destroy());
  };
  const server = secure === undefined ? net.createServer(accept) : tls.createServer(secure, accept);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    get connections() {
      return sockets.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** The bytes of a reply; a HEAD answer announces its body's length and leaves the body out. */
export function replyBytes(reply: Reply, method: string): Buffer {
  const body = Buffer.from(reply.body ?? "");
  const headers = { "content-length": String(body.length), ...reply.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = Buffer.from(`HTTP/1.1 ${reply.status} Said\r\n${lines.join("")}\r\n`);
  return method === "HEAD" ? head : Buffer.concat([head, body]);
}

// --- internal ---

async function converse(socket: net.Socket, handle: Handler): Promise<void> {
  const chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let buffered = Buffer.alloc(0);
  const more = async (): Promise<boolean> => {
    const { value, done } = await chunks.next();
    if (done === true) return false;
    buffered = Buffer.concat([buffered, value]);
    return true;
  };
  for (;;) {
    let end = buffered.indexOf("\r\n\r\n");
    while (end < 0) {
      if (!(await more())) return;
      end = buffered.indexOf("\r\n\r\n");
    }
    const [first = "", ...lines] = buffered.subarray(0, end).toString("latin1").split("\r\n");
    buffered = buffered.subarray(end + 4);
    const [method = "", target = ""] = first.split(" ");
    const headers = new Map(lines.map((line) => splitHeader(line)));
    const length = Number(headers.get("content-length") ?? 0);
    let body: Promise<Buffer> | undefined;
    const readBody = async () => {
      while (buffered.length < length && (await more()));
      const whole = buffered.subarray(0, length);
      buffered = buffered.subarray(length);
      return whole;
    };
    const request = { method, target, headers, socket, body: () => (body ??= readBody()) };
    const reply = await handle(request);
    if (reply === undefined) return;
    await request.body();
    socket.write(replyBytes(reply, method));
  }
}

function splitHeader(line: string): [string, string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}
