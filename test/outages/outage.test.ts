import { expect, test } from "bun:test";
import { Outage } from "../../src/outages/outage.ts";
import type { FaultReport } from "../../src/worker/protocol.ts";

const fault = (message: string): FaultReport => ({
  ...{ boundary: "StoreFault", message, class: "transient", operation: "write the rows" },
});

function watched() {
  const told: string[] = [];
  const outage = new Outage({
    onFault: ({ message }) => told.push(message),
    onRecovered: () => told.push("recovered"),
  });
  return { outage, told };
}

test("no outage: nothing to wait for, and its end is no news", () => {
  const { outage, told } = watched();
  outage.end();
  expect([outage.fault, outage.retryAtMs, outage.lastedMs, told]).toEqual([undefined, 0, 0, []]);
});

test("tries are spaced ever further, and its length counts from the first fault", async () => {
  const { outage, told } = watched();
  for (const [at, message] of ["one", "two", "three"].entries()) {
    outage.report(fault(message));
    const spanMs = outage.retryAtMs - performance.now();
    expect(spanMs).toBeGreaterThan(40 * 2 ** at);
    expect(spanMs).toBeLessThanOrEqual(100 * 2 ** at);
    await Bun.sleep(spanMs + 1);
  }
  expect(outage.lastedMs).toBeGreaterThanOrEqual(50 + 100 + 200);
  expect(outage.fault?.message).toBe("three");
  expect(told).toEqual(["one", "two", "three"]);
});

test("what fails together counts as one try, and the last fault is the one to tell", () => {
  const { outage, told } = watched();
  outage.report(fault("one"));
  const { retryAtMs } = outage;
  for (let at = 0; at < 10; at++) outage.report(fault(`worker ${at}`));
  expect([outage.retryAtMs, outage.fault?.message, told]).toEqual([retryAtMs, "worker 9", ["one"]]);
});

test("it is hopeless for who has waited long enough, or where an operator must act", async () => {
  const { outage } = watched();
  expect(outage.isHopeless(0)).toBe(false);
  outage.report(fault("one"));
  await Bun.sleep(10);
  expect([outage.isHopeless(5), outage.isHopeless(60_000)]).toEqual([true, false]);
  outage.report({ ...fault("no right"), class: "operator" });
  expect(outage.isHopeless(60_000)).toBe(true);
});

test("its end is told once, and the next begins anew", () => {
  const { outage, told } = watched();
  for (let at = 0; at < 10; at++) outage.report(fault("x"));
  outage.end();
  outage.end();
  expect(told.filter((line) => line === "recovered")).toHaveLength(1);
  outage.report(fault("y"));
  expect(outage.retryAtMs - performance.now()).toBeLessThanOrEqual(100);
});
