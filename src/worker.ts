import { BatchWorker } from "./worker/batch-worker.ts";
import type { FromWorker, ToWorker } from "./worker/protocol.ts";

declare const self: Worker;

// A compiled binary has this module among its entries; only as a worker it has work.
if (!Bun.isMainThread) {
  const worker = new BatchWorker((message: FromWorker) => self.postMessage(message));
  self.onmessage = (event: MessageEvent<ToWorker>) => worker.receive(event.data);
}
