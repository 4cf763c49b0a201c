import { describe, expect, test } from "bun:test";
import type { UploaderSettings } from "../../src/storage/settings.ts";
import { until } from "../faults/until.ts";
import { excerpt } from "./settings.ts";
import { type Behaviour, startStandIn } from "./stand-in.ts";
import { uploaderOn } from "./uploader-on.ts";

const texts = Array.from({ length: 30 }, (_, n) => excerpt(`text ${n}`));
const [one = excerpt("one")] = texts;

describe("the breaker", () => {
  const quick = {
    callTimeoutMs: 500,
    breakerAfterMs: 0,
    breakerOpenMs: 60_000,
  } satisfies Partial<UploaderSettings>;
  /** For a server that does not hang. */
  const willing = { ...quick, callTimeoutMs: 20_000, maxWaitMs: 20_000 };
  const troubles: [string, Partial<Behaviour>][] = [
    ["hangs", { look: ["hang"] }],
    ["refuses", { look: [{ status: 503 }] }],
    ["takes no token", { jwtSecret: "another" }],
    ["stores nothing", { upload: ["forget"] }],
  ];

  test.each(troubles)("keeps workers fast once a server %s", async (_, behaviour) => {
    await using standIn = await startStandIn();
    Object.assign(standIn.behaviour, behaviour);
    await using watched = uploaderOn(standIn, quick);
    await watched.uploader.upload(texts);
    expect(watched.uploader.state.breaker).toBe("open");
    await until(() => watched.uploader.state.inFlight === 0);

    const requests = standIn.requests.length;
    const startedMs = performance.now();
    for (let batch = 0; batch < 100; batch += 1) {
      expect((await watched.uploader.upload([excerpt(`batch ${batch}`), ...texts])).size).toBe(0);
    }
    // Each that asked the server would take half a second.
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(standIn.requests).toHaveLength(requests);
    expect(watched.logged.map(({ event }) => event)).toEqual(["storage_unavailable"]);
    expect(watched.uploader.state.reason).toBe(watched.logged[0]?.fields.error ?? "");
  });

  test("answers those who wait as soon as it opens", async () => {
    await using standIn = await startStandIn({ look: ["hang"] });
    // In turn, five at a time, they would take three seconds.
    await using watched = uploaderOn(standIn, { ...quick, concurrency: 5 });
    const startedMs = performance.now();
    expect((await watched.uploader.upload(texts)).size).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(2_500);
    expect(watched.counts).toEqual({ inline_open: 30 });
  });

  test("does not open for a hiccup that the tries get over", async () => {
    await using standIn = await startStandIn({ look: [{ status: 503 }] });
    await using watched = uploaderOn(standIn, {
      breakerAfterMs: 2_000,
      retryBaseMs: 50,
      retryMaxMs: 400,
    });
    setTimeout(() => {
      standIn.behaviour.look = ["well"];
    }, 60);
    expect((await watched.uploader.upload(texts)).size).toBe(30);
    expect(watched.logged).toEqual([]);
  });

  test("still answers what is known to be stored", async () => {
    await using standIn = await startStandIn();
    await using watched = uploaderOn(standIn, willing);
    await watched.uploader.upload([one]);
    standIn.behaviour.look = [{ status: 500 }];
    const urls = await watched.uploader.upload(texts);
    expect([...urls.keys()]).toEqual([one.hash]);
    expect(watched.uploader.state.breaker).toBe("open");
    expect((await watched.uploader.upload([one])).size).toBe(1);
  });

  test("probes with one text behind the workers' backs, and closes when it is stored", async () => {
    await using standIn = await startStandIn({ upload: ["forget"] });
    await using watched = uploaderOn(standIn, { ...willing, breakerOpenMs: 50 });
    await watched.uploader.upload(texts.slice(0, 10));
    expect(watched.uploader.state.breaker).toBe("open");
    await Bun.sleep(60);
    standIn.uploads.clear();
    standIn.behaviour.upload = ["well"];
    expect((await watched.uploader.upload(texts)).size).toBe(0);
    expect(watched.uploader.state.breaker).toBe("half-open");
    expect((await watched.uploader.upload(texts)).size).toBe(0);
    await until(() => watched.uploader.state.breaker === "closed");
    expect(standIn.uploads.size).toBe(1);
    expect(watched.counts.background).toBe(1);
    expect(watched.logged.map(({ event }) => event)).toEqual([
      "storage_unavailable",
      "storage_available",
    ]);
    expect(watched.uploader.state.reason).toBeUndefined();
  });

  test("wants no text while it is open, and one for a probe", async () => {
    await using standIn = await startStandIn({ upload: ["forget"] });
    await using watched = uploaderOn(standIn, { ...willing, breakerOpenMs: 1_000 });
    const hashes = texts.map(({ hash }) => hash);
    await watched.uploader.upload(texts);
    expect(watched.uploader.state.breaker).toBe("open");
    const before = watched.counts.inline_open ?? 0;
    expect(watched.uploader.ask(hashes)).toEqual({ urls: new Map(), wanted: [] });
    expect(watched.counts.inline_open).toBe(before + 30);
    await Bun.sleep(1_010);
    expect(watched.uploader.ask(hashes).wanted).toEqual([one.hash]);
    expect(watched.counts.inline_open).toBe(before + 59);
    standIn.behaviour.upload = ["well"];
    await watched.uploader.upload([one]);
    expect(watched.uploader.ask(hashes).wanted).toEqual([]);
    await until(() => watched.uploader.state.breaker === "closed");
    expect(watched.uploader.ask(hashes).wanted).toEqual(hashes.slice(1));
  });

  test("a probe at a server that hangs costs no worker any time", async () => {
    await using standIn = await startStandIn({ look: ["hang"] });
    const slow = { ...quick, callTimeoutMs: 2_000, breakerOpenMs: 50 };
    await using watched = uploaderOn(standIn, slow);
    await watched.uploader.upload(texts);
    await until(() => watched.uploader.state.inFlight === 0);
    const requests = standIn.requests.length;
    await Bun.sleep(60);
    const startedMs = performance.now();
    await watched.uploader.upload(texts);
    await watched.uploader.upload(texts);
    expect(performance.now() - startedMs).toBeLessThan(slow.callTimeoutMs);
    await until(() => watched.uploader.state.breaker === "open");
    expect(standIn.requests).toHaveLength(requests + 1);
    expect(watched.logged).toHaveLength(1);
  });

  test("says so when a server that was down comes back with another trouble", async () => {
    await using standIn = await startStandIn({ look: [{ status: 503 }] });
    await using watched = uploaderOn(standIn, { ...willing, breakerOpenMs: 20 });
    await watched.uploader.upload(texts);
    standIn.behaviour.look = ["well"];
    standIn.behaviour.jwtSecret = "another";
    await until(() => watched.uploader.state.inFlight === 0);
    await Bun.sleep(30);
    await watched.uploader.upload(texts);
    await until(() => watched.logged.length === 2);
    expect(watched.logged[1]).toMatchObject({
      level: "warn",
      fields: { hint: expect.stringContaining("STORAGE_TOKEN") },
    });
  });

  test("opens for a server that stores, but slowly", async () => {
    await using standIn = await startStandIn({ delayMs: 15 });
    await using watched = uploaderOn(standIn, { ...quick, callTimeoutMs: 2_000, slowMs: 20 });
    const urls = await watched.uploader.upload(texts);
    expect(urls.size).toBeLessThan(30);
    expect(watched.uploader.state.breaker).toBe("open");
    expect(watched.logged[0]?.fields.error).toContain("within 20 ms");
  });
});
