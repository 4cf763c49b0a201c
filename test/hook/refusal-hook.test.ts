import { expect, test } from "bun:test";
import type { Deliver } from "../../src/hook/delivery.ts";
import { RefusalHook } from "../../src/hook/refusal-hook.ts";
import type { SpoolFile } from "../../src/spool/spool.ts";
import { until } from "../faults/until.ts";
import { listening, quick, refuse } from "./refusals.ts";

const filesIn = (refusals: readonly string[]) => refusals.map((one) => JSON.parse(one).file);

test("each refusal is told once, as the record beside the file, several at once", async () => {
  const heard: string[][] = [];
  const { counts, events, listener } = listening();
  const deliver: Deliver = async (refusals) => {
    heard.push([...refusals]);
    return undefined;
  };
  await using hook = new RefusalHook(deliver, listener, quick);
  for (let at = 0; at < 6; at++)
    refuse(hook.events, `f${at}.json`, at === 5 ? "f5.2.json" : undefined);
  hook.events.onRefused?.({ name: "gone.json" } as SpoolFile, {} as never);
  hook.events.onLost?.({ name: "gone.json" } as SpoolFile, "vanished");
  await until(() => counts.told === 6);
  expect(heard.map(filesIn)).toEqual([
    ["f0.json", "f1.json", "f2.json", "f3.json"],
    ["f4.json", "f5.2.json"],
  ]);
  expect(JSON.parse(heard[0]?.[0] ?? "")).toEqual({
    file: "f0.json",
    when: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    stage: "validate",
    reason: "invalid",
    message: "f0.json is wrong",
    origins: ["lab"],
    issues: [{ path: "$.x", code: "unknown-field", expected: "no field", got: '"x"' }],
    issue_count: 1,
  });
  expect([counts.lost, events]).toEqual([0, []]);
});

test("what fails is tried again, told of once, and then told", async () => {
  let tries = 0;
  const { counts, events, listener } = listening();
  const deliver: Deliver = async () => (++tries < 3 ? { why: "down", isFinal: false } : undefined);
  await using hook = new RefusalHook(deliver, listener, quick);
  refuse(hook.events, "a.json");
  await until(() => counts.told === 1);
  expect([tries, counts.lost]).toEqual([3, 0]);
  expect(events).toEqual(["refused_hook_failed", "refused_hook_recovered"]);
});

test("what cannot be told is given up, counted and told, and the next goes on", async () => {
  const { counts, events, listener } = listening();
  const deliver: Deliver = async (refusals) =>
    refusals.some((one) => one.includes("poison")) ? { why: "no", isFinal: false } : undefined;
  await using hook = new RefusalHook(deliver, listener, quick);
  refuse(hook.events, "poison.json");
  await until(() => counts.lost === 1);
  refuse(hook.events, "good.json");
  await until(() => counts.told === 1);
  expect(events).toEqual(["refused_hook_failed", "refusals_not_told"]);
});

test("what will never be taken is not tried again", async () => {
  let tries = 0;
  const { counts, listener } = listening();
  const deliver: Deliver = async () => {
    tries++;
    return { why: "answers 400", isFinal: true };
  };
  await using hook = new RefusalHook(deliver, listener, quick);
  refuse(hook.events, "a.json");
  await until(() => counts.lost === 1);
  expect(tries).toBe(1);
});

test("while nobody listens no more waits than the limit, and the service is never held up", async () => {
  const { counts, events, listener } = listening();
  const { promise: never } = Promise.withResolvers<undefined>();
  const hook = new RefusalHook(() => never, listener, { ...quick, gatherMs: 0 });
  for (let at = 0; at < 1_000; at++) refuse(hook.events, `f${at}.json`);
  expect(counts.lost).toBe(990);
  // A delivery that ignores its signal: the test of the command and of the URL show that theirs do not.
  void hook.finish(1);
  expect(events).toEqual([]);
});

test("an end waits for what is on its way, and counts the rest as lost", async () => {
  const { counts, events, listener } = listening();
  const deliver: Deliver = (_, signal) =>
    new Promise((resolve) => {
      signal.addEventListener("abort", () =>
        resolve({ why: "the service is stopping", isFinal: false }),
      );
    });
  const hook = new RefusalHook(deliver, listener, quick);
  for (let at = 0; at < 6; at++) refuse(hook.events, `f${at}.json`);
  await hook.finish(20);
  expect([counts, events]).toEqual([{ told: 0, lost: 6 }, ["refusals_not_told"]]);

  const other = listening();
  const telling = new RefusalHook(async () => undefined, other.listener, {
    ...quick,
    gatherMs: 60_000,
  });
  for (let at = 0; at < 6; at++) refuse(telling.events, `f${at}.json`);
  await telling.finish(10_000);
  expect(other.counts).toEqual({ told: 6, lost: 0 });
});
