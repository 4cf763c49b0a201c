import { expect, test } from "bun:test";
import { ResultsThread } from "../../src/pages/results-thread.ts";
import type { FromThread, ToThread } from "../../src/pages/thread-protocol.ts";

const setup = {
  databaseUrl: "sqlite:none.db",
  storageBaseUrl: "http://127.0.0.1:9",
  spoolDir: "none",
  reader: { connectTimeoutMs: 1, statementTimeoutMs: 1 },
};
const ask = (thread: ResultsThread) => {
  const url = new URL("http://127.0.0.1/failures");
  return thread.answer(new Request(url.href), url);
};

/** A thread that says it is ready, and then what `answer` says. */
function standIn(answer: (message: ToThread) => FromThread | undefined) {
  const started: { isEnded: boolean }[] = [];
  const spawn = () => {
    const state = { isEnded: false };
    started.push(state);
    const thread = {
      onmessage: (_: { data: FromThread }) => {},
      onerror: undefined,
      addEventListener() {},
      postMessage(message: ToThread) {
        const said = answer(message);
        if (said) queueMicrotask(() => thread.onmessage({ data: said }));
      },
      terminate() {
        state.isEnded = true;
      },
    };
    queueMicrotask(() => thread.onmessage({ data: { kind: "ready" } }));
    return thread as unknown as Worker;
  };
  return { started, spawn };
}

test("the thread is started by the first request, and answers all that come", async () => {
  const { started, spawn } = standIn((message) =>
    message.kind === "question"
      ? {
          kind: "answer",
          id: message.id,
          status: 200,
          headers: [["x-id", `${message.id}`]],
          body: "yes",
        }
      : undefined,
  );
  using thread = new ResultsThread({ spawn, setup });
  expect(started).toBeEmpty();
  const answers = await Promise.all([ask(thread), ask(thread)]);
  expect(answers.map(({ headers }) => headers.get("x-id"))).toEqual(["1", "2"]);
  expect(started.length).toBe(1);
});

test("a thread that does not answer in time is ended, whoever waits is told, and the next request has a new one", async () => {
  const { started, spawn } = standIn(() => undefined);
  using thread = new ResultsThread({ spawn, setup, patienceMs: 20 });
  const answers = await Promise.all([ask(thread), ask(thread)]);
  expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  expect(started).toEqual([{ isEnded: true }]);
  expect((await ask(thread)).status).toBe(503);
  expect(started.length).toBe(2);
});

test("more than sixteen do not wait: the rest are told to come again", async () => {
  const { spawn } = standIn(() => undefined);
  using thread = new ResultsThread({ spawn, setup, patienceMs: 50 });
  const all = Array.from({ length: 20 }, () => ask(thread));
  const first = await Promise.race(all);
  expect([first.status, first.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(await first.text()).toContain("Too many requests are waiting");
  await Promise.all(all);
});

test("what goes wrong in the thread is thrown here, for the log, and not shown", async () => {
  const { spawn } = standIn((message) =>
    message.kind === "question" ? { kind: "failure", id: message.id, text: "a bug" } : undefined,
  );
  using thread = new ResultsThread({ spawn, setup });
  expect(ask(thread)).rejects.toThrow("a bug");
});
