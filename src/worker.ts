import { resultsRole } from "./spawn.ts";
import { BatchWorker } from "./worker/batch-worker.ts";
import type { FromWorker, ToWorker } from "./worker/protocol.ts";

declare const self: Worker;

// A compiled binary has this module among its entries; only as a worker it has work.
if (!Bun.isMainThread) {
  if (process.argv.length === 3 && process.argv[2] === resultsRole) {
    // Loaded where it is needed: workers pay nothing for it.
    const { answerInThread } = await import("./pages/answer-in-thread.ts");
    answerInThread(self);
  } else {
    const worker = new BatchWorker((message: FromWorker) => self.postMessage(message));
    self.onmessage = (event: MessageEvent<ToWorker>) => worker.receive(event.data);
  }
}
