import { createServer, connect as dial, type Socket } from "node:net";

/** What the proxy does with what passes through it. */
export type Manner = "pass" | "black-hole" | "refuse" | "cut-at-commit" | "cut-after-commit";

/** A stand-in for the network between the program and Postgres. */
export interface Proxy extends Disposable {
  readonly port: number;
  /** How many connections were cut by `cut-at-commit` and `cut-after-commit`. */
  readonly cuts: number;
  /** How many pieces went into a black hole. */
  readonly swallowed: number;
  set(manner: Manner, delayMs?: number): void;
  /** Cuts all connections. */
  cut(): void;
}

/**
 * Starts a proxy in front of a port of this machine. `cut-at-commit` loses the word to commit,
 * `cut-after-commit` lets it through and loses the answer; either once, then all passes.
 */
export async function startProxy(targetPort: number): Promise<Proxy> {
  let manner: Manner = "pass";
  let delayMs = 0;
  let cuts = 0;
  let swallowed = 0;
  const open = new Set<Socket>();
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  const server = createServer((client) => {
    if (manner === "refuse") return client.destroy();
    const target = dial(targetPort, "127.0.0.1");
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      open.add(from);
      from.on("error", () => {});
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
      from.on("data", (bytes) => {
        if (manner === "black-hole") return void swallowed++;
        const isCommit = from === client && /\bcommit\b/i.test(bytes.toString("latin1"));
        if (isCommit && manner.startsWith("cut-")) {
          cuts++;
          const reaches = manner === "cut-after-commit";
          manner = "pass";
          if (!reaches) return cut();
          // The server's answer is lost; that it has come says that the rows are in.
          target.removeAllListeners("data");
          target.once("data", cut);
        }
        if (delayMs > 0) setTimeout(() => to.writable && to.write(bytes), delayMs);
        else to.write(bytes);
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("the proxy has no address");
  return {
    port: address.port,
    get cuts() {
      return cuts;
    },
    get swallowed() {
      return swallowed;
    },
    set(next, nextDelayMs = 0) {
      manner = next;
      delayMs = nextDelayMs;
    },
    cut,
    [Symbol.dispose]() {
      cut();
      server.close();
    },
  };
}
