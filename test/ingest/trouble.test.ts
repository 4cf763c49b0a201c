import { expect, test } from "bun:test";
import { Trouble } from "../../src/ingest/trouble.ts";
import type { FaultReport } from "../../src/worker/protocol.ts";

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
  for (const [at, message] of ["one", "two", "three"].entries()) {
    trouble.report(fault(message));
    const spanMs = trouble.retryAtMs - performance.now();
    expect(spanMs).toBeGreaterThan(40 * 2 ** at);
    expect(spanMs).toBeLessThanOrEqual(100 * 2 ** at);
    await Bun.sleep(spanMs + 1);
  }
  expect(trouble.lastedMs).toBeGreaterThanOrEqual(50 + 100 + 200);
  expect(trouble.fault?.message).toBe("three");
  expect(told).toEqual(["one", "two", "three"]);
});

test("what fails together counts as one try, and the last fault is the one to tell", () => {
  const { trouble, told } = watched();
  trouble.report(fault("one"));
  const { retryAtMs } = trouble;
  for (let at = 0; at < 10; at++) trouble.report(fault(`worker ${at}`));
  expect([trouble.retryAtMs, trouble.fault?.message, told]).toEqual([
    retryAtMs,
    "worker 9",
    ["one"],
  ]);
});

test("it is hopeless for who has waited long enough, or where an operator must act", async () => {
  const { trouble } = watched();
  expect(trouble.isHopeless(0)).toBe(false);
  trouble.report(fault("one"));
  await Bun.sleep(10);
  expect([trouble.isHopeless(5), trouble.isHopeless(60_000)]).toEqual([true, false]);
  trouble.report({ ...fault("no right"), class: "operator" });
  expect(trouble.isHopeless(60_000)).toBe(true);
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
