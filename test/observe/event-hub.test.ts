import { expect, test } from "bun:test";
import { connect } from "node:net";
import { EventHub } from "../../src/observe/event-hub.ts";
import { until } from "../faults/until.ts";

test("a listener that does not read misses steps instead of filling memory, and gets the end", async () => {
  using hub = new EventHub();
  await using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, self) => {
      self.timeout(request, 0);
      return hub.connect();
    },
  });
  const socket = connect(Number(server.port), "127.0.0.1");
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await until(() => hub.size > 0);

  for (let step = 0; step < 100; step++) {
    hub.publish({ large: `${step}${"x".repeat(1e6)}` });
    await Bun.sleep(1);
  }
  let received = 0;
  let tail = "";
  socket.on("data", (chunk) => {
    received += chunk.length;
    tail = (tail + chunk).slice(-100);
  });
  socket.resume();
  await until(() => {
    hub.publish({ large: "the end" });
    return tail.includes('"the end"');
  });
  expect(received).toBeLessThan(20e6);

  socket.destroy();
  await until(() => hub.size === 0);
});
