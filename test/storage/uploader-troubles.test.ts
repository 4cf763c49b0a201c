import { describe, expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import type { UploaderSettings } from "../../src/storage/settings.ts";
import { until } from "../faults/until.ts";
import { excerpt, pathOf } from "./settings.ts";
import { type Behaviour, startStandIn } from "./stand-in.ts";
import { uploaderOn } from "./uploader-on.ts";

const texts = Array.from({ length: 30 }, (_, n) => excerpt(`text ${n}`));
const [one = excerpt("one")] = texts;
const never = { breakerFailures: 1_000 } as const;

describe("whatever the server does, a text is stored and linked, or inline", () => {
  const busy = { status: 429, headers: { "retry-after": "0" } };
  test.each<[string, Partial<Behaviour>, number | "some"]>([
    ["it works", {}, 30],
    ["it fails four times", { upload: [busy, { status: 503 }, { status: 500 }, busy, "well"] }, 30],
    ["it is cut, then works", { upload: ["cut-upload", "cut-answer"] }, 30],
    ["it forgets", { upload: ["forget"] }, 0],
    ["it truncates", { upload: ["truncate"] }, 0],
    ["it always cuts", { upload: ["cut-upload"] }, 0],
    ["it hangs", { upload: ["hang"] }, 0],
    ["it drips", { upload: ["drip"] }, "some"],
    ["looking hangs", { look: ["hang"] }, 0],
    ["looking drips", { look: ["drip"] }, 0],
    ["looking tells no length", { look: ["no-length"] }, 30],
    ["looking is cut", { look: ["cut-answer"] }, 0],
    ["looking fails now and then", { look: ["well", { status: 500 }, "well"] }, 30],
    ["it redirects", { upload: [{ status: 302, headers: { location: "http://x.invalid/" } }] }, 0],
    ["the token is wrong", { jwtSecret: "another" }, 0],
    ["the user may write elsewhere", { prefixes: ["elsewhere/"] }, 0],
    ...[400, 401, 403, 404, 408, 409, 413, 418, 429, 500, 502, 504].map(
      (status): [string, Partial<Behaviour>, number] => [
        `it answers ${status}`,
        { upload: [{ status }] },
        0,
      ],
    ),
  ])("when %s", async (_, behaviour, linked) => {
    await using standIn = await startStandIn();
    const { token } = standIn;
    Object.assign(standIn.behaviour, behaviour);
    await using watched = uploaderOn(standIn, { callTimeoutMs: 250, maxWaitMs: 2_500 });
    const startedMs = performance.now();
    const urls = await watched.uploader.upload(texts);
    expect(performance.now() - startedMs).toBeLessThan(3_500);

    for (const [hash, url] of urls) {
      expect(url).toBe(`${standIn.url}/${pathOf(hash)}`);
      const text = texts.find((excerpt) => excerpt.hash === hash)?.text;
      const stored = standIn.objects.get(pathOf(hash)) ?? "";
      expect(gunzipSync(stored).toString()).toBe(text ?? "");
    }
    if (linked !== "some") expect(urls.size).toBe(linked);
    const answers = Object.values(watched.counts).reduce((sum, count) => sum + count, 0);
    expect(answers - (watched.counts.background ?? 0)).toBe(30);
    expect(JSON.stringify([watched.logged, watched.uploader.state])).not.toContain(token);
  });
});

describe("tries", () => {
  test("a text has five, with pauses", async () => {
    await using standIn = await startStandIn({ upload: [{ status: 503 }] });
    await using watched = uploaderOn(standIn, { ...never, retryBaseMs: 20, retryMaxMs: 1_000 });
    const startedMs = performance.now();
    expect((await watched.uploader.upload([one])).size).toBe(0);
    expect(performance.now() - startedMs).toBeWithin((20 + 40 + 80 + 160) / 2, 1_500);
    expect(standIn.uploads.get(pathOf(one.hash))).toBe(5);
    expect(watched.counts).toEqual({ inline_failed: 1 });
  });

  test("the fifth may succeed", async () => {
    const upload = [
      { status: 503 },
      { status: 409 },
      "cut-upload",
      { status: 500 },
      "well",
    ] as const;
    await using standIn = await startStandIn({ upload: [...upload] });
    await using watched = uploaderOn(standIn, never);
    expect((await watched.uploader.upload([one])).size).toBe(1);
  });

  test.each([400, 401, 403, 413, 302])("%d is not tried again", async (status) => {
    await using standIn = await startStandIn({ upload: [{ status }] });
    await using watched = uploaderOn(standIn, never);
    expect((await watched.uploader.upload([one])).size).toBe(0);
    expect(standIn.uploads.get(pathOf(one.hash))).toBe(1);
  });

  test("nor is an upload that the server confirms and does not hold", async () => {
    await using standIn = await startStandIn({ upload: ["forget"] });
    await using watched = uploaderOn(standIn, never);
    await watched.uploader.upload([one]);
    expect(standIn.uploads.get(pathOf(one.hash))).toBe(1);
  });

  test("Retry-After is waited for", async () => {
    const patience = { status: 429, headers: { "retry-after": "1" } };
    await using standIn = await startStandIn({ upload: [patience, "well"] });
    await using watched = uploaderOn(standIn);
    const startedMs = performance.now();
    expect((await watched.uploader.upload([one])).size).toBe(1);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(990);
  });

  test("a Retry-After beyond our patience ends the tries", async () => {
    const patience = { status: 503, headers: { "retry-after": "3600" } };
    await using standIn = await startStandIn({ upload: [patience] });
    await using watched = uploaderOn(standIn, never);
    expect((await watched.uploader.upload([one])).size).toBe(0);
    expect(standIn.uploads.get(pathOf(one.hash))).toBe(1);
  });

  test("one locked path does not speak against the server", async () => {
    await using standIn = await startStandIn({ upload: [{ status: 409 }] });
    await using watched = uploaderOn(standIn, { breakerFailures: 2, breakerAfterMs: 0 });
    await watched.uploader.upload([one]);
    expect(watched.uploader.state.breaker).toBe("closed");
  });

  test("a text that failed is tried anew when it comes again", async () => {
    await using standIn = await startStandIn({ upload: [{ status: 413 }, "well"] });
    await using watched = uploaderOn(standIn);
    expect((await watched.uploader.upload([one])).size).toBe(0);
    expect((await watched.uploader.upload([one])).size).toBe(1);
  });
});

describe("the breaker", () => {
  const quick = {
    callTimeoutMs: 200,
    breakerAfterMs: 0,
    breakerOpenMs: 60_000,
  } satisfies Partial<UploaderSettings>;
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
    expect(performance.now() - startedMs).toBeLessThan(500);
    expect(standIn.requests).toHaveLength(requests);
    expect(watched.logged.map(({ event }) => event)).toEqual(["storage_unavailable"]);
    expect(watched.uploader.state.reason).toBe(watched.logged[0]?.fields.error ?? "");
  });

  test("answers those who wait as soon as it opens", async () => {
    await using standIn = await startStandIn({ look: ["hang"] });
    await using watched = uploaderOn(standIn, { ...quick, concurrency: 5 });
    const startedMs = performance.now();
    expect((await watched.uploader.upload(texts)).size).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(450);
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
    await using watched = uploaderOn(standIn, quick);
    await watched.uploader.upload([one]);
    standIn.behaviour.look = [{ status: 500 }];
    const urls = await watched.uploader.upload(texts);
    expect([...urls.keys()]).toEqual([one.hash]);
    expect(watched.uploader.state.breaker).toBe("open");
    expect((await watched.uploader.upload([one])).size).toBe(1);
  });

  test("probes with one text behind the workers' backs, and closes when it is stored", async () => {
    await using standIn = await startStandIn({ upload: ["forget"] });
    await using watched = uploaderOn(standIn, { ...quick, breakerOpenMs: 50 });
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
    await using watched = uploaderOn(standIn, { ...quick, breakerOpenMs: 100 });
    const hashes = texts.map(({ hash }) => hash);
    await watched.uploader.upload(texts);
    expect(watched.uploader.state.breaker).toBe("open");
    const before = watched.counts.inline_open ?? 0;
    expect(watched.uploader.ask(hashes)).toEqual({ urls: new Map(), wanted: [] });
    expect(watched.counts.inline_open).toBe(before + 30);
    await Bun.sleep(110);
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
    await using watched = uploaderOn(standIn, { ...quick, breakerOpenMs: 50 });
    await watched.uploader.upload(texts);
    await until(() => watched.uploader.state.inFlight === 0);
    const requests = standIn.requests.length;
    await Bun.sleep(60);
    const startedMs = performance.now();
    await watched.uploader.upload(texts);
    await watched.uploader.upload(texts);
    expect(performance.now() - startedMs).toBeLessThan(100);
    await until(() => watched.uploader.state.breaker === "open");
    expect(standIn.requests).toHaveLength(requests + 1);
    expect(watched.logged).toHaveLength(1);
  });

  test("says so when a server that was down comes back with another trouble", async () => {
    await using standIn = await startStandIn({ look: [{ status: 503 }] });
    await using watched = uploaderOn(standIn, { ...quick, breakerOpenMs: 20 });
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
