import { expect, test } from "bun:test";
import { waitAtMost } from "../../src/storage/wait-at-most.ts";

const forever = new Promise<never>(() => {});

test("work that ends in time is waited for", async () => {
  expect(await waitAtMost(Bun.sleep(5), 1_000)).toBe("done");
});

test("work that does not end is left after the bound", async () => {
  expect(await waitAtMost(forever, 10)).toBe("late");
});

test("a stop ends the waiting, also one that came before", async () => {
  expect(await waitAtMost(forever, 60_000, AbortSignal.timeout(5))).toBe("stopped");
  expect(await waitAtMost(forever, 60_000, AbortSignal.abort())).toBe("stopped");
});

test("work that fails fails the waiting", async () => {
  await expect(waitAtMost(Promise.reject(new Error("no")), 1_000)).rejects.toThrow("no");
});
