import { expect, test } from "bun:test";
import { Backoff } from "../../src/outages/backoff.ts";

test("spans double up to the bound, and begin anew after a success", () => {
  const backoff = new Backoff({ random: () => 1 });
  const spans = Array.from({ length: 12 }, () => backoff.nextMs());
  expect(spans).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12800, 25600, 51200, 60000, 60000]);
  expect(backoff.tries).toBe(12);
  backoff.reset();
  expect(backoff.nextMs()).toBe(100);
});

test("each is drawn from the upper half of its span, also after very many tries", () => {
  const backoff = new Backoff();
  for (let attempt = 0; attempt < 5_000; attempt++) {
    const spanMs = Math.min(100 * 2 ** attempt, 60_000);
    const nextMs = backoff.nextMs();
    expect(nextMs).toBeGreaterThanOrEqual(spanMs / 2);
    expect(nextMs).toBeLessThanOrEqual(spanMs);
  }
});
