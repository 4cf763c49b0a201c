import { expect, test } from "bun:test";
import { Breaker } from "../../src/storage/breaker.ts";

function breakerAt(clock: { ms: number }): Breaker {
  return new Breaker({ failures: 3, afterMs: 0, openMs: 1000, now: () => clock.ms });
}

function fail(breaker: Breaker, times: number): void {
  for (let n = 0; n < times; n += 1) breaker.settle("pass", "failed", 0);
}

test("it opens after a number of failures in a row, not before", () => {
  const breaker = breakerAt({ ms: 0 });
  fail(breaker, 2);
  expect([breaker.state, breaker.admit()]).toEqual(["closed", "pass"]);
  fail(breaker, 1);
  expect([breaker.state, breaker.admit()]).toEqual(["open", undefined]);
});

test("failures of calls made at once do not open it until they have lasted", () => {
  const clock = { ms: 5000 };
  const breaker = new Breaker({ failures: 3, afterMs: 100, openMs: 1000, now: () => clock.ms });
  fail(breaker, 16);
  expect(breaker.state).toBe("closed");
  clock.ms += 99;
  fail(breaker, 1);
  expect(breaker.state).toBe("closed");
  breaker.settle("pass", "ok", 0);
  clock.ms += 1;
  fail(breaker, 16);
  expect(breaker.state).toBe("closed");
  clock.ms += 100;
  fail(breaker, 1);
  expect(breaker.state).toBe("open");
});

test("a call that took long to fail has lasted from its beginning", () => {
  const breaker = new Breaker({ failures: 3, afterMs: 100, openMs: 1000, now: () => 5000 });
  for (const tookMs of [100, 0, 0]) breaker.settle("pass", "failed", tookMs);
  expect(breaker.state).toBe("open");
});

test("one success between failures keeps it closed", () => {
  const breaker = breakerAt({ ms: 0 });
  fail(breaker, 2);
  breaker.settle("pass", "ok", 0);
  fail(breaker, 2);
  expect(breaker.state).toBe("closed");
});

test("a dropped call neither counts as failure nor as success", () => {
  const breaker = breakerAt({ ms: 0 });
  fail(breaker, 2);
  breaker.settle("pass", "dropped", 0);
  fail(breaker, 1);
  expect(breaker.state).toBe("open");
});

test("after the pause it lets exactly one probe through", () => {
  const clock = { ms: 0 };
  const breaker = breakerAt(clock);
  fail(breaker, 3);
  clock.ms = 999;
  expect(breaker.admit()).toBeUndefined();
  clock.ms = 1000;
  expect(breaker.admit()).toBe("probe");
  expect([breaker.state, breaker.admit()]).toEqual(["half-open", undefined]);
});

test("a probe that succeeds closes it, with the count from zero", () => {
  const clock = { ms: 0 };
  const breaker = breakerAt(clock);
  fail(breaker, 3);
  clock.ms = 1000;
  breaker.admit();
  breaker.settle("probe", "ok", 0);
  fail(breaker, 2);
  expect(breaker.state).toBe("closed");
});

test("a probe that fails opens it for another whole pause", () => {
  const clock = { ms: 0 };
  const breaker = breakerAt(clock);
  fail(breaker, 3);
  clock.ms = 1500;
  breaker.admit();
  breaker.settle("probe", "failed", 0);
  clock.ms = 2499;
  expect(breaker.admit()).toBeUndefined();
  clock.ms = 2500;
  expect(breaker.admit()).toBe("probe");
});

test("a probe that is dropped makes room for the next at once", () => {
  const clock = { ms: 0 };
  const breaker = breakerAt(clock);
  fail(breaker, 3);
  clock.ms = 1000;
  breaker.admit();
  breaker.settle("probe", "dropped", 0);
  expect(breaker.admit()).toBe("probe");
});

test("calls from before it opened change nothing when they end late", () => {
  const clock = { ms: 0 };
  const breaker = breakerAt(clock);
  fail(breaker, 3);
  clock.ms = 900;
  breaker.settle("pass", "ok", 0);
  breaker.settle("pass", "failed", 0);
  expect(breaker.state).toBe("open");
  clock.ms = 1000;
  expect(breaker.admit()).toBe("probe");
  breaker.settle("pass", "ok", 0);
  expect(breaker.state).toBe("half-open");
});
