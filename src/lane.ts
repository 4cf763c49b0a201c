import { Lane } from "./ingest/lane.ts";
import type { FromLane, ToLane } from "./ingest/lane-protocol.ts";

declare const self: Worker;

// A compiled binary has this module among its entries; only as a worker it has work.
if (!Bun.isMainThread) {
  const lane = new Lane((message: FromLane) => self.postMessage(message));
  self.onmessage = (event: MessageEvent<ToLane>) => lane.receive(event.data);
}
