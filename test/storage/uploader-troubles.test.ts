import { describe, expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import { excerpt, pathOf } from "./settings.ts";
import { type Behaviour, startStandIn } from "./stand-in.ts";
import { uploaderOn } from "./uploader-on.ts";

const texts = Array.from({ length: 30 }, (_, n) => excerpt(`text ${n}`));
const [one = excerpt("one")] = texts;
const patient = { callTimeoutMs: 20_000, maxWaitMs: 20_000, breakerAfterMs: 20_000 } as const;
const never = { ...patient, breakerFailures: 1_000 } as const;

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
    // A server that works may take its time, on a busy machine.
    const times = linked === 30 ? patient : { callTimeoutMs: 250, maxWaitMs: 2_500 };
    await using watched = uploaderOn(standIn, times);
    const startedMs = performance.now();
    const urls = await watched.uploader.upload(texts);
    expect(performance.now() - startedMs).toBeLessThan(times.maxWaitMs + 5_000);

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
    expect(performance.now() - startedMs).toBeWithin((20 + 40 + 80 + 160) / 2, 5_000);
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
    await using watched = uploaderOn(standIn, patient);
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
