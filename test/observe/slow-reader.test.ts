import { expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import { listen } from "../../src/observe/listen.ts";
import { until } from "../faults/until.ts";

/** More than the system keeps for a connection. */
const large = "x".repeat(32 << 20);

test("whoever asks and does not read the answer is cut off, and others are answered meanwhile", async () => {
  const errors: unknown[] = [];
  const server = listen(
    {
      ...{ host: "127.0.0.1", port: 0, choose: "none", maxBodyBytes: 1_000, idleSeconds: 1 },
      onError: (error) => errors.push(error),
    },
    async () => new Response(large),
  );
  await using _stopped = { [Symbol.asyncDispose]: () => server.stop(true) };
  const slow = connect(server.port ?? 0, "127.0.0.1");
  slow.on("error", () => {});
  await once(slow, "connect");
  slow.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  // The first bytes, and no more.
  await once(slow, "readable");
  const other = await fetch(server.url);
  expect((await other.text()).length).toBe(large.length);
  await until(() => server.pendingRequests === 0);
  // What the system still has is read now: not all of it.
  slow.resume();
  await once(slow, "close");
  expect(slow.bytesRead).toBeLessThan(large.length);
  expect(errors).toEqual([]);
}, 60_000);
