import net from "node:net";

// Listens, and never takes a connection: the system does until its queue is full, then drops what comes.
const listener = `
  const server = require("node:net").createServer();
  server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    require("node:fs").writeSync(1, String(server.address().port));
    Bun.sleepSync(600_000);
  });
`;
/** How long a connection may take before the queue counts as full. */
const fullMs = 200;

export interface BlackHole extends AsyncDisposable {
  readonly url: string;
}

/** An address of 127.0.0.1 from which nothing comes back, not even a refusal. */
export async function startBlackHole(): Promise<BlackHole> {
  const child = Bun.spawn([process.execPath, "-e", listener], { stderr: "inherit" });
  const { value } = await child.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value));
  const sockets: net.Socket[] = [];
  while (await connects(port, sockets));
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

// --- internal ---

async function connects(port: number, sockets: net.Socket[]): Promise<boolean> {
  const socket = net.connect(port, "127.0.0.1");
  sockets.push(socket);
  socket.on("error", () => {});
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), fullMs);
  socket.once("connect", () => resolve(true));
  return promise.finally(() => clearTimeout(timer));
}
