import { expect, test } from "bun:test";
import type { FaultReport } from "../../src/ingest/lane-protocol.ts";
import { Trouble } from "../../src/ingest/trouble.ts";

const fault = (message: string): FaultReport => ({
  ...{ boundary: "StoreFault", message, class: "transient", operation: "write the rows" },
});

function watched() {
  const told: string[] = [];
  const trouble = new Trouble({
    onFault: ({ message }) => told.push(message),
    onRecovered: () => told.push("recovered"),
  });
  return { trouble, told };
}

test("no trouble: nothing to wait for, and its end is no news", () => {
  const { trouble, told } = watched();
  trouble.end();
  expect([trouble.fault, trouble.retryAtMs, trouble.lastedMs, told]).toEqual([undefined, 0, 0, []]);
});

test("tries are spaced ever further, and its length counts from the first fault", async () => {
  const { trouble, told } = watched();
  const spans = ["one", "two", "three", "four"].map((message) => {
    trouble.report(fault(message));
    return trouble.retryAtMs - performance.now();
  });
  for (const [at, span] of spans.entries()) {
    expect(span).toBeGreaterThan(40 * 2 ** at);
    expect(span).toBeLessThanOrEqual(100 * 2 ** at);
  }
  await Bun.sleep(20);
  expect(trouble.lastedMs).toBeGreaterThanOrEqual(19);
  expect(trouble.fault?.message).toBe("four");
  expect(told).toEqual(["one", "two", "three", "four"]);
});

test("its end is told once, and the next begins anew", () => {
  const { trouble, told } = watched();
  for (let at = 0; at < 10; at++) trouble.report(fault("x"));
  trouble.end();
  trouble.end();
  expect(told.filter((line) => line === "recovered")).toHaveLength(1);
  trouble.report(fault("y"));
  expect(trouble.retryAtMs - performance.now()).toBeLessThanOrEqual(100);
});
