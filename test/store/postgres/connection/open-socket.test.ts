import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { connect } from "../../../../src/store/postgres/connection/connect.ts";
import { openSocket } from "../../../../src/store/postgres/connection/open-socket.ts";
import { readConnection } from "../../../../src/store/postgres/connection/read-connection.ts";
import { until } from "../../../faults/until.ts";

/** Has no TLS, and breaks off right after it said so. */
let server: Server;

beforeAll(async () => {
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.write("N", () => socket.resetAndDestroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => {
  server.close();
});

function settings() {
  const { port } = server.address() as { port: number };
  const url = `postgres://u:p@127.0.0.1:${port}/d?sslmode=prefer`;
  return readConnection("--database", url, {}, () => undefined).settings;
}

describe("a connection that breaks off between the answer about TLS and the login", () => {
  test("fails at once, and may be tried again", async () => {
    const startedMs = performance.now();
    const failure = await connect(settings(), 20_000, () => {}).catch((cause: unknown) => cause);
    expect((failure as { code: string }).code).toMatch(/^(?:ECONNRESET|CONNECTION_CLOSED|EPIPE)$/);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  test("ends no thread by an error that nobody hears", async () => {
    const all = settings();
    const [endpoint] = all.endpoints;
    if (!endpoint) throw new Error("no endpoint");
    let errors = 0;
    let made: Socket | undefined;
    const onSocket = (socket: Socket) => {
      made = socket;
      // The answer and the loss come in one turn.
      socket.once("data", () => socket.destroy(new Error("the connection was lost")));
      socket.once("close", (hadError) => {
        if (hadError) errors++;
      });
    };
    await openSocket(all, endpoint, "offered", onSocket);
    await until(() => errors === 1);
    expect(made?.destroyed).toBe(true);
  });
});
